// The one way from a payload to a message and back. What we send passes through the same door as what we receive, so no
// client of ours can send what another would drop.
import { isId, isMap, isText, must, within, type Fields } from './fields'
import { kinds } from './kinds'
import type { AnyMessage } from './message'

const maxDepth = 12
const maxValues = 1000

/** Throws when there are too many values, levels too deep, or a key that would reach for a prototype. */
const checkValues = (root: unknown): void => {
  let values = 0
  const check = (value: unknown, depth: number) => {
    must(++values <= maxValues && depth <= maxDepth, `at most ${maxDepth} levels, ${maxValues} values`)
    if (Object(value) !== value) return
    for (const key of Object.keys(value as Fields)) {
      must(key !== '__proto__', key)
      check((value as Fields)[key], depth + 1)
    }
  }
  check(root, 0)
}

/**
 * The message in a payload; `undefined`: nothing for this version, which does not know the kind and need not.
 * Throws InvalidMessage with the name of what is wrong, or what JSON throws.
 */
export const decode = (
  json: string,
  now: number,
  head: Pick<AnyMessage, 'chatType' | 'from' | 'to'>,
): AnyMessage | undefined => {
  const value: unknown = JSON.parse(json)
  must(isMap(value), 'JSON')
  checkValues(value)
  const { id, type, time, body, ext, control } = value
  must(isId(type) && type.length <= 32, 'type')
  const kind = kinds.get(type)
  if (!kind && control === true) return undefined
  must(isId(id), 'id')
  must(isMap(body), 'body')
  must(ext === undefined || isMap(ext), 'ext')
  const message: AnyMessage = {
    id,
    type,
    time: within(0, 8.64e15)(time) ? (time as number) : now,
    ...head,
    ...(ext && { ext }),
  }
  // Of a newer client.
  if (!kind) return { ...message, type: 'custom', customEvent: type, customExts: body }
  return kind.fields.reduce((known, [name, check, required]) => {
    const found = body[name]
    const absent = found === undefined || found === null
    must(absent ? !required : check(found), name)
    return absent ? known : { ...known, [name]: found }
  }, message)
}

/** With the flag `u` it matches only halves without their other half. */
const half = /[\ud800-\udfff]/gu
const whole = (_: string, value: unknown): unknown => (isText(value) ? value.replace(half, '\ufffd') : value)

/** The payload of a message. Throws what JSON throws: on a circle, a BigInt. */
export const encode = (message: Fields): string => {
  const { id, type, time, ext } = message
  const kind = kinds.get(type as string)
  const body: Record<string, unknown> = {}
  kind?.fields.forEach(([name]) => (body[name] = message[name]))
  return JSON.stringify({ id, type, ...(kind && !kind.stored && { control: true }), time, body, ext }, whole)
}

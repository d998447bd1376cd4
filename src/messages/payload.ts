// The one way from a payload to a message and back. What we send passes through the same door as what we receive, so no
// client of ours can send what another would drop.
import { isName } from '../text/form'
import { isId, isMap, isText, must, within, type Fields } from './fields'
import { kinds } from './kinds'
import type { AnyMessage } from './message'

const maxDepth = 12
const maxValues = 1000

/**
 * What one device of a user sends, as the others get it in the user's own inbox: the same message under this type, `of` its
 * own, `to` its conversation.
 */
const CARBON = 'carbon'
/** Bytes, and values, that a carbon may have beyond its message. */
export const carbonBytes = 256
const carbonValues = 4

/** Throws when there are too many values, levels too deep, or a key that would reach for a prototype. */
const checkValues = (root: unknown, values: number): void => {
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
  const { id, of, to, time, body, ext, control } = value
  const carbon = value.type === CARBON
  checkValues(value, carbon ? -carbonValues : 0)
  const type = carbon ? of : value.type
  must(isId(type) && type.length <= 32, 'type')
  const kind = kinds.get(type)
  if (!kind && control === true) return undefined
  if (carbon) {
    must(head.from === head.to, CARBON)
    must(isText(to) && /^[ug]\//.test(to) && isName(to.slice(2)), 'to')
    head = { chatType: to < 'u' ? 'groupChat' : 'singleChat', from: head.from, to: to.slice(2) }
  }
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

/** The payload of a message; with `to`, of its carbon: the conversation that it was sent in. Throws what JSON throws: on a circle, a BigInt. */
export const encode = (message: Fields, to?: string): string => {
  const { id, type, time, ext } = message
  const kind = kinds.get(type as string)
  const body: Record<string, unknown> = {}
  kind?.fields.forEach(([name]) => (body[name] = message[name]))
  const marks = { type, ...(kind && !kind.stored && { control: true }) }
  return JSON.stringify({ id, ...(to ? { type: CARBON, control: true, of: type, to } : marks), time, body, ext }, whole)
}

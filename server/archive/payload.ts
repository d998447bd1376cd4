// What of a payload (docs/protocol.md, section 4) concerns the archive: a message to be kept, or nothing.
import { isControl } from '../control'

export interface Payload {
  readonly id: string
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Levels of a payload: a phone takes no more (docs/protocol.md, section 4); and of far more, none can be written as JSON again. */
const maxDepth = 12

const isDeep = (value: unknown, depth = 0): boolean =>
  depth > maxDepth ||
  (typeof value === 'object' && value !== null && Object.values(value).some((each) => isDeep(each, depth + 1)))

/** `undefined`: not of our protocol. */
export function payloadOf(bytes: Buffer): (Payload & { readonly control: boolean }) | undefined {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
  if (!isMap(value) || isDeep(value)) return undefined
  const { id, type, body, control } = value
  if (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id) || typeof type !== 'string' || !isMap(body)) return undefined
  return { id, type, body, control: isControl(type, control) }
}

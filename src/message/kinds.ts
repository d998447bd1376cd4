// What a valid message is: the fields of every kind, the limits, and the one way from a payload to a message.
// What we send passes through the same door as what we receive, so no client of ours can send what another would drop.
import type { Random } from '../ports/clock'
import type { Body, ChatType, Ext, NewMessage } from './types'

type Check = (value: unknown) => boolean
type Fields = Readonly<Record<string, unknown>>

/** One payload, checked. Unknown kinds have become `custom`. */
export interface Wire {
  readonly id: string
  readonly type: Body['type'] | 'delivery' | 'read' | 'channel' | 'sync'
  readonly time: number
  readonly body: Fields
  readonly ext?: Ext
}

const maxDepth = 12
const maxValues = 1000
const maxIds = 100

export const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text: Check = (value) => typeof value === 'string'
const amount: Check = (value) => Number.isFinite(value) && (value as number) >= 0
const within =
  (limit: number): Check =>
  (value) =>
    Number.isFinite(value) && Math.abs(value as number) <= limit
const url: Check = (value) => text(value) && /^(https?|cloud):\/\/./i.test(value as string)
/** Of messages, users and groups: what fits in a topic level and in a file name of any platform once escaped. */
export const isId = (value: unknown): value is string => text(value) && /^[\w.-]{1,64}$/.test(value as string)
const ids: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.length <= maxIds && (value as unknown[]).every(isId)

/** Name of the field, its check; `!` marks the required ones. */
const attachment = { 'url!': url, filename: text, file_length: amount }
const kinds = new Map<string, Readonly<Record<string, Check>>>([
  ['txt', { 'msg!': text }],
  ['custom', { 'customEvent!': text, customExts: isMap }],
  ['cmd', { 'action!': text }],
  ['img', { ...attachment, width: amount, height: amount, thumb: url }],
  ['file', { ...attachment, filetype: text }],
  ['loc', { 'lat!': within(90), 'lng!': within(180), addr: text, buildingName: text }],
  ['delivery', { 'ids!': ids }],
  ['read', { 'ids!': ids }],
  ['channel', {}],
  ['sync', {}],
])

/** How many values there are in all; too many when too deep, or when a key would reach for a prototype. */
const count = (value: unknown, depth: number): number => {
  if (typeof value !== 'object' || value === null) return 1
  if (depth > maxDepth) return maxValues + 1
  let sum = 1
  for (const key of Object.keys(value)) {
    sum += key === '__proto__' ? maxValues : count((value as Fields)[key], depth + 1)
    if (sum > maxValues) break
  }
  return sum
}

/** Whether messages of the kind are kept in the history. */
export const isStored = (type: string): boolean => /^(txt|custom|img|file|loc)$/.test(type)

/** The message in a payload, or the name of what is wrong with it. */
export const decode = (json: string, now: number): Wire | string => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return 'JSON'
  }
  if (!isMap(value)) return 'JSON'
  if (count(value, 1) > maxValues) return `more than ${maxDepth} levels or ${maxValues} values, or a key __proto__`
  const { id, type, time, body, ext } = value
  if (!isId(id)) return 'id'
  if (!isId(type) || type.length > 32) return 'type'
  if (!isMap(body)) return 'body'
  if (ext !== undefined && !isMap(ext)) return 'ext'
  const rest = { id, time: within(8.64e15)(time) ? (time as number) : now, ...(ext && { ext }) }
  const fields = kinds.get(type)
  if (!fields) return { ...rest, type: 'custom', body: { customEvent: type, customExts: body } }
  const kept: Record<string, unknown> = {}
  for (const field of Object.keys(fields)) {
    const name = field.replace('!', '')
    const found = body[name]
    if (found === undefined || found === null ? field !== name : !fields[field]!(found)) return name
    if (found !== undefined && found !== null) kept[name] = found
  }
  return { ...rest, type: type as Wire['type'], body: kept }
}

const half = /[\ud800-\udfff]/gu // with `u` it matches only halves without their other half
const whole = (_: string, value: unknown): unknown => (text(value) ? (value as string).replace(half, '\ufffd') : value)

/** The payload of a message. Throws what JSON throws: on a circle, a BigInt. */
export const encode = (message: Fields): string => {
  const { id, type, time, ext } = message
  const body: Record<string, unknown> = {}
  for (const field of Object.keys(kinds.get(type as string) ?? {})) {
    const name = field.replace('!', '')
    body[name] = message[name]
  }
  return JSON.stringify({ id, type, time, body, ext }, whole).replace(half, '\ufffd')
}

/** Unique without asking anyone: the time, and about 100 random bits. */
export const newId = (now: number, random: Random): string =>
  [now, 1 + random(), 1 + random()].map((part) => part.toString(36).slice(-12).replace('.', '')).join('-')

/** Easemob's name for where messages come from. */
export const message = {
  /** Gives a message its id, so that the app can show it before it is sent. `send` checks it. */
  create: <M extends NewMessage>(options: M): M & { readonly id: string; readonly chatType: ChatType } => ({
    id: newId(Date.now(), Math.random),
    chatType: 'singleChat',
    ...options,
  }),
}

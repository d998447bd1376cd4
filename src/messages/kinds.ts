// What a valid message is: the fields of every kind, the limits, and the one way from a payload to a message and back.
// What we send passes through the same door as what we receive, so no client of ours can send what another would drop.
import { ConnectionError } from '../part'
import type { Random } from '../ports/clock'
import type { ChatType, Ext, MessageEvents, NewMessage, OneToOne } from './types'

type Check = (value: unknown) => boolean
type Fields = Readonly<Record<string, unknown>>

/** A message, a receipt, or the mark that ends the offline messages: flat, as it is kept and shown. */
export interface AnyMessage {
  readonly id: string
  readonly type: string
  readonly chatType: ChatType
  readonly from: string
  readonly to: string
  readonly time: number
  readonly ext?: Ext
  /** Of receipts: the messages that they are about. */
  readonly ids?: readonly string[]
  readonly [field: string]: unknown
}

const maxDepth = 12
const maxValues = 1000
/** Of one receipt. */
export const maxIds = 100

export function must(valid: unknown, what: string): asserts valid {
  if (!valid) throw new ConnectionError('InvalidMessage', what)
}

export const isMap = (value: unknown): value is Fields => Object(value) === value && !Array.isArray(value)
export const isText = (value: unknown): value is string => typeof value === 'string'
const within =
  (least: number, most: number): Check =>
  (value) =>
    Number.isFinite(value) && (value as number) >= least && (value as number) <= most
const amount = within(0, Infinity)
const url: Check = (value) => isText(value) && /^(https?|cloud):\/\/./i.test(value)
/** Of messages. */
export const isId = (value: unknown): value is string => isText(value) && /^[\w.-]{1,64}$/.test(value)
const ids: Check = (value) => Array.isArray(value) && value.length > 0 && value.length <= maxIds && value.every(isId)

/** Its name, its check, and whether there must be one. */
type Field = readonly [name: string, check: Check, required?: true]
const attachment: Field[] = [
  ['url', url, true],
  ['filename', isText],
  ['file_length', amount],
]
const receipt: Field[] = [['ids', ids, true]]
/** By kind: its handler and its fields. */
const kinds = new Map<unknown, readonly [handler: string, ...fields: Field[]]>([
  ['txt', ['Text', ['msg', isText, true]]],
  ['custom', ['Custom', ['customEvent', isText, true], ['customExts', isMap]]],
  ['cmd', ['Cmd', ['action', isText, true]]],
  ['img', ['Image', ...attachment, ['width', amount], ['height', amount], ['thumb', url]]],
  ['file', ['File', ...attachment, ['filetype', isText]]],
  [
    'loc',
    [
      'Location',
      ['lat', within(-90, 90), true],
      ['lng', within(-180, 180), true],
      ['addr', isText],
      ['buildingName', isText],
    ],
  ],
  ['delivery', ['Delivered', ...receipt]],
  ['read', ['Read', ...receipt]],
  ['channel', ['Channel']],
  ['sync', ['']],
])

export const isReceipt = (type: unknown): boolean => /^(delivery|read|channel)$/.test(type as string)
/** Whether messages of the kind are kept in the history. */
export const isStored = (type: string): boolean => type !== 'cmd' && type !== 'sync' && !isReceipt(type)
export const eventOf = (type: string) => `on${kinds.get(type)![0]}Message` as keyof MessageEvents

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

/** The message in a payload. Throws InvalidMessage with the name of what is wrong, or what JSON throws. */
export const decode = (json: string, now: number, head: Pick<AnyMessage, 'chatType' | 'from' | 'to'>): AnyMessage => {
  const value: unknown = JSON.parse(json)
  must(isMap(value), 'JSON')
  checkValues(value)
  const { id, type, time, body, ext } = value
  must(isId(id), 'id')
  must(isId(type) && type.length <= 32, 'type')
  must(isMap(body), 'body')
  must(ext === undefined || isMap(ext), 'ext')
  const message: AnyMessage = {
    id,
    type,
    time: within(0, 8.64e15)(time) ? (time as number) : now,
    ...head,
    ...(ext && { ext }),
  }
  const kind = kinds.get(type)
  // Of a newer client.
  if (!kind) return { ...message, type: 'custom', customEvent: type, customExts: body }
  const [, ...fields] = kind
  return fields.reduce((known, [name, check, required]) => {
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
  const [, ...fields] = kinds.get(type) ?? ['']
  const body: Record<string, unknown> = {}
  fields.forEach(([name]) => (body[name] = message[name]))
  return JSON.stringify({ id, type, time, body, ext }, whole)
}

/** `u/alice`, `g/123`: a conversation, and the first levels of its topics. */
export const keyOf = (chatType: ChatType, peer: string): string => (chatType === 'groupChat' ? 'g/' : 'u/') + peer

/** The conversation that a message belongs to, as this user sees it. */
export const conversationOf = ({ chatType, from, to }: AnyMessage, user: string): string =>
  keyOf(chatType, chatType === 'groupChat' || from === user ? to : from)

/** Unique without asking anyone: the time, and about 100 random bits. */
export const newId = (now: number, random: Random): string =>
  [now, 1 + random(), 1 + random()].map((part) => part.toString(36).slice(-12).replace('.', '')).join('-')

/** Easemob's name for where messages come from. */
export const message = {
  /** Gives a message its id, so that the app can show it before it is sent. `send` checks it. */
  create: <M extends NewMessage>(options: M) =>
    ({ id: newId(Date.now(), Math.random), chatType: 'singleChat', ...options }) as M & {
      readonly id: string
      /** `singleChat` where it was left out. */
      readonly chatType: M extends OneToOne ? 'singleChat' : ChatType
    },
}

// All that is known of the kinds of messages, one row each; nothing else in this layer compares their names.
// A new kind is a row here and its type in types.ts: "Adding a message kind" in CONTRIBUTING.md.
import { amount, isId, isMap, isText, isUrl, listOf, maxIds, within, type Field, type Fields } from './fields'
import { groupEvents, groupFields } from './group-events'
import type { Row } from './journal'
import type { AnyMessage } from './message'
import { recallArrives, type Past } from './recall'
import { delivered, read, recalled } from './status'
import type { MessageEvents } from './types'

export interface Kind {
  /** Of its body on the wire. Those not listed are ignored. */
  readonly fields: readonly Field[]
  /** The event that tells the app. None: it is the SDK's own affair. */
  readonly event?: keyof MessageEvents
  /** It is kept in the history, counted as unread, and confirmed. What is not is marked `control` on the wire. */
  readonly stored?: true
  /** What is not stored is remembered, so that it is handled once; this one only after its handler was called. */
  readonly toldFirst?: true
  /** It goes to a user, never to a group. */
  readonly oneToOne?: true
  /** Its `url` may be a file of the phone, which is uploaded first. */
  readonly attached?: true
  /** Only the server says it, in a group. */
  readonly fromServer?: true
  /** Only the SDK sends it. */
  readonly internal?: true
  /** What its body takes from what the app gives besides fields of the same name. */
  readonly body?: (given: Fields) => object
  /** It is about other messages: what the app hears of them. Without it the app hears the message itself. */
  readonly about?: (message: AnyMessage, isHidden: (ours: string) => boolean) => readonly object[]
  /** Rows for the history (history.ts) of conversation `key` when it arrives. `undefined`: it changes nothing, and is not told. */
  readonly arrives?: (message: AnyMessage, key: string, past: Past, recallMaxAge: number) => readonly Row[] | undefined
  /** When the app sends it; and when the server has it: what the app has to hear of when that fails. */
  readonly leaves?: (message: AnyMessage, key: string) => readonly Row[]
  readonly acked?: (message: AnyMessage, key: string) => readonly Row[]
}

const attachment: readonly Field[] = [
  ['url', isUrl, true],
  ['filename', isText],
  ['file_length', amount],
]
const picture: readonly Field[] = [
  ['width', amount],
  ['height', amount],
  ['thumb', isUrl],
]
const receipt: readonly Field[] = [['ids', listOf(isId, maxIds), true]]
/** One event for each message that a receipt names, and that was neither recalled nor deleted. */
const each: Kind['about'] = ({ id, type, from, to, time, ids }, isHidden) =>
  ids!.filter((mid) => !isHidden(mid)).map((mid) => ({ id, type, from, to, time, mid }))

const rows: Readonly<Record<string, Kind>> = {
  txt: { event: 'onTextMessage', stored: true, fields: [['msg', isText, true]] },
  custom: {
    event: 'onCustomMessage',
    stored: true,
    fields: [
      ['customEvent', isText, true],
      ['customExts', isMap],
    ],
  },
  cmd: { event: 'onCmdMessage', toldFirst: true, fields: [['action', isText, true]] },
  img: { event: 'onImageMessage', stored: true, attached: true, fields: [...attachment, ...picture] },
  audio: {
    event: 'onAudioMessage',
    stored: true,
    attached: true,
    fields: [...attachment, ['length', amount], ['filetype', isText]],
  },
  video: {
    event: 'onVideoMessage',
    stored: true,
    attached: true,
    fields: [...attachment, ...picture, ['length', amount], ['filetype', isText]],
  },
  file: { event: 'onFileMessage', stored: true, attached: true, fields: [...attachment, ['filetype', isText]] },
  loc: {
    event: 'onLocationMessage',
    stored: true,
    fields: [
      ['lat', within(-90, 90), true],
      ['lng', within(-180, 180), true],
      ['addr', isText],
      ['buildingName', isText],
    ],
  },
  delivery: {
    event: 'onDeliveredMessage',
    oneToOne: true,
    internal: true,
    fields: receipt,
    about: each,
    arrives: ({ ids }, key) => [['s', key, delivered, ids]],
  },
  read: {
    event: 'onReadMessage',
    oneToOne: true,
    fields: receipt,
    body: ({ id }) => ({ ids: [id] }),
    about: each,
    arrives: ({ ids }, key) => [['s', key, read, ids]],
    leaves: ({ ids }, key) => [['r', key, ids]],
  },
  channel: {
    event: 'onChannelMessage',
    oneToOne: true,
    fields: [],
    about: ({ id, type, from, to, time, chatType }) => [
      { id, type, from, to, time, ...(chatType === 'groupChat' && { chatType }) },
    ],
    arrives: (_, key) => [['s', key, read, 0]],
    leaves: (_, key) => [['u', key, 0]],
  },
  group: { event: 'onGroupEvent', fromServer: true, internal: true, fields: groupFields, about: groupEvents },
  recall: {
    event: 'onRecallMessage',
    internal: true,
    fields: [
      ['mid', isId, true],
      ['files', listOf(isId, 4)],
    ],
    about: ({ id, type, chatType, from, to, time, mid }) => [{ id, type, chatType, from, to, time, mid }],
    arrives: (message, _, past, maxAge) => recallArrives(message, past, maxAge),
    acked: ({ from, mid }, key) => [['b', key, [`${from}/${mid as string}`], recalled]],
  },
  /** To oneself: behind all that waited on the server. */
  sync: { oneToOne: true, internal: true, fields: [] },
}

export const kinds: ReadonlyMap<string, Kind> = new Map(Object.keys(rows).map((type) => [type, rows[type]!]))

/** Of a newer version of the app, in the files that it left. */
const newer: Kind = { stored: true, fields: [] }

export const kindOf = ({ type }: Pick<AnyMessage, 'type'>): Kind => kinds.get(type) ?? newer

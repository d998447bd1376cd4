// What a message is inside this layer: flat, with an id of its own, in one conversation.
import type { Random } from '../ports/clock'
import type { ChatType, Ext, NewMessage, OneToOne } from './types'

/** A message of any kind, as it is kept and shown. */
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

/** Who speaks in a group when the server does; no user can have this name. */
export const SERVER = '$'

/** `u/alice`, `g/123`: a conversation, and the first levels of its topics. */
export const keyOf = (chatType: ChatType, peer: string): string => (chatType === 'groupChat' ? 'g/' : 'u/') + peer

/** The conversation that a message belongs to, as this user sees it. */
export const conversationOf = ({ chatType, from, to }: AnyMessage, user: string): string =>
  keyOf(chatType, chatType === 'groupChat' || from === user ? to : from)

/** The conversation and the sender: within it, ids are unique. */
export const topicOf = (message: AnyMessage, user: string): string => `${conversationOf(message, user)}/${message.from}`

/** Of what is left of a message; no kind of the wire. */
export const recalledType = 'recalled'
/** What is left of a message that is not to be read any more. */
export const tombstone = ({ id, chatType, from, to, time }: AnyMessage): AnyMessage => ({
  id,
  type: recalledType,
  chatType,
  from,
  to,
  time,
})

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

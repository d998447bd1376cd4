// A message on its way: kept once, however many receivers still wait for it.
import { parseClientId } from '../accounts/names'
import type { Qos } from './codec/read'

export interface Message {
  /** Counts all messages of the server: the order of everything. */
  readonly seq: number
  readonly topic: string
  /** The server's word to many: the topic of each goes on with the receiver's name. */
  readonly personal: boolean
  /** The topic without its sender. */
  readonly destination: string
  readonly payload: Buffer
  /** The properties that travel with it, as its sender wrote them. */
  readonly carried: Buffer
  readonly qos: Qos
  /** Client id of the sender; empty for the server's own. */
  readonly sender: string
  /** Whose account it is on: `org/app/user`. */
  readonly owner: string
  /** When it is of no use any more, by the steady clock. */
  readonly expires: number
  /** The sender asked for the expiry, so that receivers are told. */
  readonly mayExpire: boolean
}

export const topicFor = ({ topic, personal }: Message, user: string): string => (personal ? topic + user : topic)

/** Bytes around a view that are no matter: a packet that came alone is kept as it came. */
const around = 256

/** Its own bytes and hardly any others: a view may hold on to a frame of many packets, or to the pool that small buffers share. */
export function copyOf(bytes: Buffer): Buffer {
  if (bytes.length === 0) return nothing
  if (bytes.buffer.byteLength <= bytes.length + around) return bytes
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

const nothing = Buffer.alloc(0)

/** Bytes that it holds beside its head. */
export const contentsOf = ({ topic, payload, carried }: Message): number =>
  payload.length + carried.length + 2 * topic.length

/** What a message looked like on the disk before its properties were kept as bytes. */
interface OldCarried {
  readonly payloadFormatIndicator?: boolean
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>>
}

function bytesOf(old: OldCarried): Buffer {
  const field = (value: string | Uint8Array): Buffer => {
    const bytes = Buffer.from(value as string)
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
  }
  const parts: Buffer[] = []
  if (old.payloadFormatIndicator !== undefined) parts.push(Buffer.from([1, Number(old.payloadFormatIndicator)]))
  if (old.contentType !== undefined) parts.push(Buffer.from([3]), field(old.contentType))
  if (old.responseTopic !== undefined) parts.push(Buffer.from([8]), field(old.responseTopic))
  if (old.correlationData !== undefined) parts.push(Buffer.from([9]), field(old.correlationData))
  for (const [name, values] of Object.entries(old.userProperties ?? {}))
    for (const value of [values].flat()) parts.push(Buffer.from([0x26]), field(name), field(value))
  return Buffer.concat(parts)
}

/** A message from the disk, also as earlier versions wrote it. */
export function messageFrom(stored: unknown): Message {
  const message = stored as Omit<Message, 'owner' | 'personal' | 'carried'> & {
    readonly owner?: string
    readonly personal?: boolean
    readonly carried: Uint8Array | OldCarried
  }
  const sender = parseClientId(message.sender)
  const { carried } = message
  return {
    seq: message.seq,
    topic: message.topic,
    personal: message.personal ?? false,
    destination: message.destination,
    payload: copyOf(Buffer.from(message.payload)),
    carried: copyOf(carried instanceof Uint8Array ? Buffer.from(carried) : bytesOf(carried)),
    qos: message.qos,
    sender: message.sender,
    owner: message.owner ?? (sender ? `${sender.app}/${sender.user}` : ''),
    expires: message.expires,
    mayExpire: message.mayExpire,
  }
}

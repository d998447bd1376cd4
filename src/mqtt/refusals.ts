// What each reason code of CONNACK and DISCONNECT means: the one table.
import type { ErrorName } from '../errors/codes'
import type { Refusal } from '../protocol/refusal'
import { judged } from '../protocol/verdicts'
import {
  CONNACK,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  UNSUBACK,
  type Answer,
  type Packet,
  type Properties,
} from './codec/packet'

/** Codes that are absent, or stand in `passing` alone, are `ServerRefused`. */
const names: Partial<Record<number, ErrorName>> = {
  0x00: 'LinkLost', // DISCONNECT without a complaint
  0x84: 'UnacceptableProtocolVersion',
  0x85: 'IdentifierRejected',
  0x86: 'TokenIncorrect',
  0x87: 'TokenIncorrect',
  0x88: 'ServerUnavailable',
  0x89: 'ServerBusy',
  0x8a: 'UserBlocked',
  0x8b: 'ServerShuttingDown',
  0x8d: 'HeartbeatTimeout',
  0x8e: 'UserLoginAnotherDevice',
  0x95: 'PacketTooLarge', // the server did not announce its limit before
  0x96: 'ServerBusy',
  0x97: 'ServerBusy',
  0x98: 'UserKicked',
  0x9c: 'ServerMoved',
  0x9d: 'ServerMoved',
  0x9f: 'ServerBusy',
  0xa0: 'LinkLost', // maximum connect time: a new link is welcome
}
/**
 * Retried, whatever the condition means elsewhere: unspecified and implementation specific, since nothing says that it
 * will stay; a packet of ours that was malformed or broke the protocol; the authentication method, which the next
 * CONNECT goes without; receive maximum, alias, rate and size, which a fresh link counts afresh.
 */
const passing = [0x80, 0x81, 0x82, 0x83, 0x8c, 0x93, 0x94, 0x95]
// In neither, so `ServerRefused`, fatal: 0x8F, 0x90, 0x99, 0x9A, 0x9B, 0x9E, 0xA1, 0xA2. They refuse one thing that the app
// asked for (filter, topic, payload, retain, QoS, kinds of subscription); a link that asks again would meet the same end.
// And, as no server may send them here: 0x01, 0x02, 0x04, 0x10, 0x11, 0x18, 0x19, 0x91, 0x92.

/** Many clients hear these at the same time. */
const shared = [0x88, 0x89, 0x8b, 0x97, 0x9f]

/** The codes 1 to 5 of MQTT 3.1.1 under the numbers of MQTT 5. */
const modern = [0, 0x84, 0x85, 0x88, 0x86, 0x87]

/** The reason code of a CONNACK by the numbers of MQTT 5. */
export const reasonOf = ({ reason, legacy }: Answer): number => (legacy ? modern[reason]! : reason)

/** For people: the packet, its code, and what the server says about it. */
export const describe = (packet: string, { reason, properties }: Answer): string =>
  `${packet} 0x${reason.toString(16)} ${properties.reasonString ?? ''}`.trim()

/** The first user property of that name. */
export const told = ({ userProperties = [] }: Properties, name: string): string | undefined =>
  (userProperties.find(([key]) => key === name) ?? [])[1]

const ofPublish = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
const ofRelease = [0, 0x92]
/** The reason codes that MQTT 5 knows in acknowledgements. */
const own: Partial<Record<number, readonly number[]>> = {
  [PUBACK]: ofPublish,
  [PUBREC]: ofPublish,
  [PUBREL]: ofRelease,
  [PUBCOMP]: ofRelease,
  [UNSUBACK]: [0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
}

/** Whether an acknowledgement has reason codes that it may have; true for every other packet. */
export const isOwn = (packet: Packet): boolean => {
  const codes = own[packet.type]
  if (!codes) return true
  const { reason, reasons } = packet as Answer
  return codes.indexOf(reason) >= 0 && reasons.every((one) => codes.indexOf(one) >= 0)
}

/** Judges a CONNACK that refuses, or a DISCONNECT. */
export function refusalOf(packet: Answer): Refusal {
  const { type, properties } = packet
  const reason = reasonOf(packet)
  const name = names[reason] ?? 'ServerRefused'
  const known: { -readonly [Key in keyof Refusal]?: Refusal[Key] } = {
    shared: shared.indexOf(reason) >= 0,
    moveTo: name === 'ServerMoved' ? properties.serverReference : undefined,
  }
  if (passing.indexOf(reason) >= 0) known.verdict = 'retry'
  return judged(
    name,
    describe(type === CONNACK ? 'CONNACK' : 'DISCONNECT', packet),
    known,
    told(properties, 'code'),
    told(properties, 'retryAfter'),
  )
}

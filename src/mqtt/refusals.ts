// What each reason code of CONNACK and DISCONNECT means: the one table.
import { overrule } from '../protocol/verdicts'
import { verdictOf } from '../errors/codes'
import type { Refusal, Verdict } from '../protocol/refusal'
import type { ErrorName } from '../errors/codes'
import type { Answer } from './codec/packet'
import { userProperty } from './user-property'

type Meaning = readonly [name: ErrorName, verdict?: Verdict]

/** The verdict is the condition's own (protocol/verdicts) unless it stands here. */
const meanings: Partial<Record<number, Meaning>> = {
  0x00: ['LinkLost'], // DISCONNECT without a complaint
  0x80: ['ServerRefused', 'retry'], // unspecified: nothing says that it will stay
  0x81: ['ServerRefused', 'retry'], // it found a packet of ours malformed
  0x82: ['ServerRefused', 'retry'],
  0x83: ['ServerRefused', 'retry'], // implementation specific
  0x84: ['UnacceptableProtocolVersion'],
  0x85: ['IdentifierRejected'],
  0x86: ['TokenIncorrect'],
  0x87: ['TokenIncorrect'],
  0x88: ['ServerUnavailable'],
  0x89: ['ServerBusy'],
  0x8a: ['UserBlocked'],
  0x8b: ['ServerShuttingDown'],
  0x8c: ['ServerRefused', 'retry'], // authentication method: the next CONNECT goes without one
  0x8d: ['HeartbeatTimeout'],
  0x8e: ['UserLoginAnotherDevice'],
  0x93: ['ServerRefused', 'retry'], // receive maximum, alias, rate: a fresh link starts its counts afresh
  0x94: ['ServerRefused', 'retry'],
  0x95: ['PacketTooLarge', 'retry'], // the server did not announce its limit before
  0x96: ['ServerBusy'],
  0x97: ['ServerBusy'],
  0x98: ['UserKicked'],
  0x9c: ['ServerMoved'],
  0x9d: ['ServerMoved'],
  0x9f: ['ServerBusy'],
  0xa0: ['LinkLost'], // maximum connect time: a new link is welcome
}
// Left out, so `ServerRefused`, fatal: 0x8F, 0x90, 0x99, 0x9A, 0x9B, 0x9E, 0xA1, 0xA2. They refuse one thing that the app
// asked for (filter, topic, payload, retain, QoS, kinds of subscription); a link that asks again would meet the same end.
// Left out, as no server may send them here: 0x01, 0x02, 0x04, 0x10, 0x11, 0x18, 0x19, 0x91, 0x92.

/** Many clients hear these at the same time. */
const shared = new Set([0x88, 0x89, 0x8b, 0x97, 0x9f])

/** The codes 1 to 5 of MQTT 3.1.1 under the numbers of MQTT 5. */
const modern = [0, 0x84, 0x85, 0x88, 0x86, 0x87]

/** The reason code of a CONNACK by the numbers of MQTT 5. */
export const reasonOf = ({ reason, legacy }: Answer): number => (legacy ? modern[reason]! : reason)

/** For people: the packet, its code, and what the server says about it. */
export const describe = (packet: string, { reason, properties }: Answer): string =>
  `${packet} 0x${reason.toString(16)} ${properties.reasonString ?? ''}`.trim()

/** Judges a CONNACK that refuses, or a DISCONNECT. */
export function refusalOf(packet: Answer): Refusal {
  const reason = reasonOf(packet)
  const [name, verdict = verdictOf(name)] = meanings[reason] ?? (['ServerRefused'] as const)
  const { properties } = packet
  const refusal: Refusal = { name, verdict, detail: describe(packet.type === 2 ? 'CONNACK' : 'DISCONNECT', packet) }
  return overrule(
    Object.assign(
      refusal,
      shared.has(reason) && { shared: true },
      name === 'ServerMoved' && properties.serverReference && { moveTo: properties.serverReference },
    ),
    userProperty(properties, 'code'),
    userProperty(properties, 'retryAfter'),
  )
}

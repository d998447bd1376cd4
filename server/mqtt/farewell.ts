// The last words on a link, in the version that the client speaks: numbers in MQTT 5 properties, in 3.1.1 in the close reason.
import type { UserProperties } from 'mqtt-packet'
import { refusals, type Refused, type RefusalName } from '../refusals'
import type { Link } from './link'
import { packetTooLarge, type Violation } from './codec/violation'

/** Our number as user properties; none without one (mqtt-packet writes nothing at all for an empty object). */
export const numbered = (code: number | undefined, retryAfter?: number): { userProperties?: UserProperties } =>
  code === undefined
    ? {}
    : {
        userProperties: { code: String(code), ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }) },
      }

const closeReason = (code: number, retryAfter?: number): string =>
  `code=${code}${retryAfter === undefined ? '' : ` retryAfter=${retryAfter}`}`

/** Says no to a CONNECT, and closes. `understood`: it came in a version that we speak, and CONNACK is due. */
export function sayNo(link: Link, { refusal, message, retryAfter }: Refused, understood: boolean): void {
  const { code, connack, returnCode, close } = refusals[refusal]
  if (understood && link.version === 5) {
    const userProperties = { ...numbered(code, retryAfter).userProperties, time: String(Date.now()) }
    link.send({
      cmd: 'connack',
      sessionPresent: false,
      reasonCode: connack,
      properties: { reasonString: message, userProperties },
    })
  } else if (understood) {
    link.send({ cmd: 'connack', sessionPresent: false, returnCode })
  }
  link.close(close, understood && link.version === 5 ? '' : closeReason(code, retryAfter))
}

/** Ends a session that is logged in, and closes. */
export function sayEnd(link: Link, refusal: RefusalName, retryAfter?: number): void {
  const { code, disconnect, close, text } = refusals[refusal]
  if (link.version === 5) {
    const properties = { reasonString: text, ...numbered(code, retryAfter) }
    link.send({ cmd: 'disconnect', reasonCode: disconnect, properties })
  }
  link.close(close, link.version === 5 ? '' : closeReason(code, retryAfter))
}

/** Ends a link on which the client broke the protocol. */
export function sayViolated(
  link: Link,
  { reasonCode, message }: Violation,
  phase: 'fresh' | 'checking' | 'online',
): void {
  if (link.version === 5 && phase === 'online') {
    link.send({ cmd: 'disconnect', reasonCode, properties: { reasonString: message } })
  } else if (link.version === 5 && phase === 'checking') {
    link.send({ cmd: 'connack', sessionPresent: false, reasonCode, properties: { reasonString: message } })
  }
  link.close(reasonCode === packetTooLarge ? 1009 : 1002, '')
}

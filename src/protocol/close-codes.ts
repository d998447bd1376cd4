// What the end of a WebSocket means. Our server puts its number into the reason, because MQTT 3.1.1 has no other place.
import type { ErrorName } from '../errors/codes'
import type { Refusal } from './refusal'
import { judged } from './verdicts'

const names: Partial<Record<number, ErrorName>> = {
  1001: 'ServerShuttingDown', // going away
  1012: 'ServerShuttingDown', // service restart
  1013: 'ServerBusy', // try again later
}

/** iOS says this, under 1001, when a link broke: nobody closed it. */
const broken = /stream end/i
/** RabbitMQ's only word on a bad token. */
const unauthenticated = /\bunauthenticated\b/i

/**
 * Judges a close that the server or, `interrupted`, the platform made. Codes that are absent from the table say nothing about the cause
 * (1000, 1005, 1006, 1011 ...): the link is lost, and is tried again.
 */
export function refusalOfClose(code: number, reason: string, interrupted = false): Refusal {
  const detail = `close ${code} ${reason}`.trim()
  if (interrupted) return judged('AppSuspended', detail, { uncounted: true })
  const name = broken.test(reason) ? undefined : names[code]
  return judged(
    unauthenticated.test(reason) ? 'TokenIncorrect' : (name ?? 'LinkLost'),
    detail,
    { shared: name !== undefined },
    /\bcode=(\d+)/.exec(reason)?.[1],
    /\bretryAfter=(\d+)/.exec(reason)?.[1],
  )
}

/**
 * Whether this close, before CONNACK, was the server's own act and may be its way to refuse MQTT 5 (RabbitMQ: 1011).
 * 1006 may be the network's doing, 1001, 1012 and 1013 have a reason of their own, and a token's refusal is not the
 * version's.
 */
export const mayRefuseVersion = (code: number, reason: string): boolean =>
  code !== 1006 && refusalOfClose(code, reason).name === 'LinkLost'

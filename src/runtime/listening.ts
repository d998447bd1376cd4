// Subscribing for the SDK itself: in packets that stay small, and with every refusal told, because no call of the app asks.
import { ConnectionError } from '../errors/connection-error'
import type { Outcome } from '../protocol/session'

const TOGETHER = 64
/** Anything else is the end of the login, which is told by itself. */
const refusing = /^(SubscriptionRefused|PacketTooLarge|InvalidArgument|QueueFull)$/

/** `refused` hears of it before `failed` does. */
export const listen = (
  subscribe: (filters: readonly string[], outcome: Outcome) => void,
  failed: (error: ConnectionError) => void,
  filters: readonly string[],
  refused: () => void,
): void => {
  for (let at = 0; at < filters.length; at += TOGETHER)
    subscribe(filters.slice(at, at + TOGETHER), (error) => {
      if (!error || !refusing.test(error.name)) return
      refused()
      const { name, message } = error
      failed(name === 'SubscriptionRefused' ? error : new ConnectionError('SubscriptionRefused', message, error))
    })
}

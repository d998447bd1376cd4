// Which version of MQTT the next handshake speaks: 5 where the server can, else 3.1.1, and never by accident for ever.
import type { Version } from './codec/packet'

export interface Versions {
  next(): Version
  /** What is worth remembering for this server: a guess is not. */
  proven(): Version
  /** What was remembered for this server. */
  remember(version: Version): void
  worked(): void
  /** The server said that it does not speak it; false when it speaks neither. */
  refused(): boolean
  /** The link ended before CONNACK; true when the server's own act makes another version worth an attempt at once. */
  silent(deliberate: boolean): boolean
}

/** From here on the server is known not to speak MQTT 5. */
const CERTAIN = 3

export function createVersions(): Versions {
  let next: Version = 5
  /** How sure it is that the server does not speak MQTT 5. */
  let doubt = 0
  /** It refused the other version just before. */
  let refusedOther = false

  return {
    next: () => next,
    proven: () => (doubt < CERTAIN ? 5 : 4),
    remember(version) {
      next = version
      doubt = version > 4 ? 0 : CERTAIN
      refusedOther = false
    },
    worked() {
      refusedOther = false
      if (next > 4) doubt = 0
      // A guess that worked is put to the test once more by the next link: the silence may have been the network's.
      else if (doubt < CERTAIN) next = 5
    },
    refused() {
      doubt = next > 4 ? CERTAIN : 0
      next = next > 4 ? 4 : 5
      return (refusedOther = !refusedOther)
    },
    silent(deliberate) {
      const news = deliberate && next > 4 && doubt < CERTAIN
      if (next > 4) doubt += deliberate ? CERTAIN : 1
      // One silence is a network's; two in a row are worth a try with 3.1.1.
      next = next > 4 && doubt > 1 ? 4 : 5
      return news
    },
  }
}

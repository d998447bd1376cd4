// Which version of MQTT the next handshake speaks: 5 where the server can, else 3.1.1, and never by accident for ever.
import type { Version } from './codec/packet'

export interface Versions {
  readonly current: Version
  /** What is worth remembering for this server: a guess is not. */
  readonly proven: Version
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
  let current: Version = 5
  /** How sure it is that the server does not speak MQTT 5. */
  let doubt = 0
  let refusals = 0
  const other = (): Version => (current === 5 ? 4 : 5)

  return {
    get current() {
      return current
    },
    get proven() {
      return doubt < CERTAIN ? 5 : 4
    },
    remember(version) {
      current = version
      doubt = version === 4 ? CERTAIN : 0
      refusals = 0
    },
    worked() {
      refusals = 0
      if (current === 5) doubt = 0
      // A guess that worked is put to the test once more by the next link: the silence may have been the network's.
      else if (doubt < CERTAIN) current = 5
    },
    refused() {
      doubt = current === 5 ? CERTAIN : 0
      const hope = ++refusals < 2
      if (!hope) refusals = 0
      current = other()
      return hope
    },
    silent(deliberate) {
      if (current === 4) {
        current = 5
        return false
      }
      const news = deliberate && doubt < CERTAIN
      doubt += deliberate ? CERTAIN : 1
      // One silence is a network's; two in a row are worth a try with 3.1.1.
      if (doubt > 1) current = 4
      return news
    },
  }
}

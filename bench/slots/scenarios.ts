// What each SDK is put through: the failures that phones and networks really produce, in simulated minutes.
import type { PhoneOptions } from '../../simulator/core/phone'
import type { Stage } from '../phone/stage'

export interface Scenario {
  readonly title: string
  readonly phone: Partial<PhoneOptions>
  play(stage: Stage): Promise<void>
}

const MINUTE = 60_000

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'slow close': {
    title:
      'The other side does not answer a close, which the platform waits 5 s for; the app closes and opens again three times, a second apart',
    phone: { quirks: { closeTimeout: 5000 } },
    async play({ open, close, clock, peers }) {
      for (let again = 0; again < 3; again++) {
        open()
        await clock.advance(1000)
        for (const peer of peers) peer.freeze()
        close()
        await clock.advance(1000)
      }
      open()
      await clock.advance(5000)
    },
  },
  'hung handshake': {
    title: 'Handshakes never end, for five minutes',
    phone: { profile: 'ios' },
    async play({ open, clock, server }) {
      server.hang(true)
      open()
      await clock.advance(5 * MINUTE)
    },
  },
  'refused close': {
    title:
      'The platform will not close a socket that is still connecting, and it opens after 8 s; the app closes after 2 s',
    phone: { profile: 'android', quirks: { openDelay: 8000, closeWhileConnecting: 'refused' } },
    async play({ open, clock }) {
      open()
      await clock.advance(2000)
    },
  },
  'flapping network': {
    title:
      'Every link breaks a second after it opened, and the platform takes a second to clear it away, for two minutes',
    phone: { quirks: { closeDelay: 1000, slotReleaseDelay: 1000 } },
    async play({ open, clock, peers }) {
      open()
      for (let second = 0; second < 120; second++) {
        await clock.advance(1000)
        for (const peer of [...peers]) peer.terminate()
      }
    },
  },
  'closed while dialling': {
    title: 'The app closes 10 ms after it opened',
    phone: { profile: 'ios', quirks: { closeWhileConnecting: 'honoured' } },
    async play({ open, clock }) {
      open()
      await clock.advance(10)
    },
  },
  'closed while logging in': {
    title: 'The app closes when the socket has just opened',
    phone: {},
    async play({ open, clock, peers }) {
      open()
      await clock.runUntil(() => peers.length > 0, MINUTE)
      await clock.advance(26)
    },
  },
  'closed while waiting': {
    title: 'The server is gone, and the app closes between two attempts',
    phone: {},
    async play({ open, clock, server }) {
      open()
      await clock.advance(2000)
      server.kill()
      await clock.advance(2300)
    },
  },
  background: {
    title: 'Five times a minute in the background; the platform cuts the sockets and does not tell',
    phone: { profile: 'ios', quirks: { background: [], backgroundToServer: 'nothing' } },
    async play({ open, clock, phone }) {
      open()
      await clock.advance(2000)
      for (let again = 0; again < 5; again++) {
        phone.hide()
        await clock.advance(MINUTE)
        phone.show()
        await clock.advance(20_000)
      }
    },
  },
}

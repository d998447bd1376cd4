// What each SDK is put through: the failures that phones and networks really produce, in simulated minutes.
import type { PhoneOptions } from '../../simulator/core/phone'
import type { Stage } from '../phone/stage'

export interface Scenario {
  readonly phone: Partial<PhoneOptions>
  play(stage: Stage): Promise<void>
}

const MINUTE = 60_000

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'slow close': {
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
    phone: { profile: 'ios' },
    async play({ open, clock, server }) {
      server.hang(true)
      open()
      await clock.advance(5 * MINUTE)
    },
  },
  'refused close': {
    phone: { profile: 'android', quirks: { openDelay: 8000, closeWhileConnecting: 'refused' } },
    async play({ open, clock }) {
      open()
      await clock.advance(2000)
    },
  },
  'flapping network': {
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
    phone: { profile: 'ios', quirks: { closeWhileConnecting: 'honoured' } },
    async play({ open, clock }) {
      open()
      await clock.advance(10)
    },
  },
  'closed while logging in': {
    phone: {},
    async play({ open, clock, peers }) {
      open()
      await clock.runUntil(() => peers.length > 0, MINUTE)
      await clock.advance(26)
    },
  },
  'closed while waiting': {
    phone: {},
    async play({ open, clock, server }) {
      open()
      await clock.advance(2000)
      server.kill()
      await clock.advance(2300)
    },
  },
  background: {
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

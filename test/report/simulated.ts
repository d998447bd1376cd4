// Logs that the shipped SDK really wrote, on simulated phones with a broker in memory: what the report will be fed with.
import type EC from '../../src/index'
import type { Connection, ConnectionOptions, Logger } from '../../src/index'
import { createPhone, type Phone, type PhoneOptions } from '../../simulator/core/phone'
import { createMemoryNetwork, type MemoryNetwork } from '../../simulator/links/memory-link'
import { boot } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import { createMemoryBroker, type MemoryBroker } from '../fakes/memory-broker'
import { join } from 'node:path'

const SDK = join(__dirname, '../../miniprogram_dist/index.js')

interface Package {
  readonly default: typeof EC
  readonly logger: Logger
}

export interface SimulatedPhone {
  readonly phone: Phone
  /** A connection of the app's; `open` returns without waiting for the outcome. */
  connect(user: string, options?: Partial<ConnectionOptions>): Connection
  open(connection: Connection, user: string): void
  /** What download() would hand over. */
  log(): Promise<string>
}

export interface World {
  readonly network: MemoryNetwork
  readonly broker: MemoryBroker
  /** Lets this many ms pass. */
  wait(ms: number): Promise<void>
  phone(name: string, options?: Partial<PhoneOptions>): SimulatedPhone
  /** Switches every phone off. */
  end(): void
}

export const world = (): World => {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock, latency: 20 })
  const broker = createMemoryBroker({ network, clock })
  const phones: Phone[] = []
  return {
    network,
    broker,
    wait: (ms) => clock.advance(ms),
    phone(name, options = {}) {
      const phone = createPhone({ clock, link: network, name, random: () => 0.5, ...options })
      phones.push(phone)
      const booted = boot(phone, { file: SDK })
      const sdk = () => booted.exports as Package
      const open = (connection: Connection, user: string) => {
        connection.open({ user, accessToken: 'opaque-token-of-' + user }).catch(() => undefined)
      }
      return {
        phone,
        open,
        connect(user, more = {}) {
          sdk().logger.setConsoleLogVisibility(false)
          const connection = new (sdk().default.connection)({
            appKey: 'acme#chat',
            url: broker.url,
            isHttpDNS: false,
            ...more,
          })
          open(connection, user)
          return connection
        },
        async log() {
          const text = sdk().logger.export()
          await clock.advance(1000)
          return text
        },
      }
    },
    end: () => phones.forEach((phone) => phone.dispose()),
  }
}

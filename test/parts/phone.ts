// A phone with an app in parts: its main package requires connection.js alone, its chat brings messages.js when the test says so.
import { join } from 'node:path'
import { createPhone, type Phone } from '../../simulator/core/phone'
import { createMemoryHttp } from '../../simulator/links/memory-http'
import { createMemoryNetwork } from '../../simulator/links/memory-link'
import { boot, type Booted } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import type * as ConnectionDoor from '../../src/doors/connection'
import type * as LogDoor from '../../src/doors/log'
import type * as LoginsDoor from '../../src/doors/logins'
import type * as MessagesDoor from '../../src/doors/messages'
import type { Chat } from '../../src/messages/part'
import { createMemoryBroker, type MemoryBrokerOptions } from '../fakes/memory-broker'
import { seeded } from '../fakes/seeded'

export interface Doors {
  connection: typeof ConnectionDoor
  log: typeof LogDoor
  logins: typeof LoginsDoor
  messages: typeof MessagesDoor
}

/** One start of the app. */
export interface App {
  readonly conn: ConnectionDoor.Connection
  /** What was counted by onWaiting, in order. */
  readonly counts: number[]
  /** What the handlers of the chat were given, in order. */
  readonly texts: string[]
  door<Name extends keyof Doors>(name: Name): Doors[Name]
  /** The user opens a chat page. */
  openChat(options?: Parameters<typeof MessagesDoor.messages>[0]): Chat
}

export const createWorld = (options: Partial<MemoryBrokerOptions> = {}) => {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const http = createMemoryHttp({ clock })
  const broker = createMemoryBroker({ network, clock, ...options })
  const phone: Phone = createPhone({ clock, link: network, http, random: seeded(1) })
  const file = join(__dirname, '../../miniprogram_dist/connection.js')
  const starts: App[] = []
  const booted: Booted = boot(phone, {
    file,
    app: (load) => {
      const door = <Name extends keyof Doors>(name: Name) => load(`miniprogram-im/${name}`) as Doors[Name]
      const { Connection } = door('connection')
      const conn = new Connection({ appKey: 'acme#chat', url: broker.url, autoReconnectNumMax: Infinity })
      const app: App = {
        conn,
        counts: [],
        texts: [],
        door,
        openChat: (wishes) => {
          const chat = conn.use(door('messages').messages(wishes))
          chat.on('onTextMessage', ({ msg }) => app.texts.push(msg))
          return chat
        },
      }
      conn.on('onWaiting', ({ count }) => app.counts.push(count))
      conn.open({ user: 'alice', accessToken: 'good', timeout: 0 }).catch(() => undefined)
      starts.push(app)
    },
  })
  let sent = 0

  return {
    clock,
    network,
    broker,
    phone,
    http,
    /** The start of now. */
    app: () => starts[starts.length - 1]!,
    wait: (ms: number) => clock.advance(ms),
    /** Bob says what the numbers are, each once. */
    say: (count = 1, qos: 0 | 1 = 1) => {
      for (let i = 0; i < count; i++) {
        const n = ++sent
        const payload = { id: `m${n}`, type: 'txt', time: 1, body: { msg: `${n}` } }
        broker.publish('acme/chat/u/alice/bob', JSON.stringify(payload), { qos })
      }
    },
    async stop() {
      await starts[starts.length - 1]!.conn.destroy().catch(() => undefined)
      booted.stop()
      phone.dispose()
    },
  }
}

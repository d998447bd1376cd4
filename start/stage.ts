// The stage of the main job: one server, phones with the shipped SDK in them, and the timeline they print.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerWishes } from '../server/options'
import { startServer, type RunningServer } from '../server/server'
import { createPhone, type Phone } from '../simulator/core/phone'
import { boot } from '../simulator/node/boot'
import { realClock } from '../simulator/node/clocks'
import { createFolderDisk } from '../simulator/node/disk'
import { createNodeHttp } from '../simulator/node/http'
import { createWsLink } from '../simulator/node/ws-link'
import type * as Sdk from '../dist/index'
import { createLedger } from './ledger'

export const APP = 'acme#chat'
export const PASSWORD = 'correct horse'
const SHIPPED = join(__dirname, '../miniprogram_dist/index.js')

export interface Actor {
  readonly name: string
  readonly phone: Phone
  readonly sdk: typeof Sdk
  readonly connection: Sdk.Connection
  /** Codes that ended the connection, newest last. */
  readonly endings: number[]
  readonly tokenEvents: string[]
  reconnects: number
}

export interface Stage {
  readonly server: RunningServer
  restart(): Promise<void>
  kill(): Promise<void>
  admin(method: string, path: string, body?: object): Promise<unknown>
  actor(name: string, options?: Partial<Sdk.ConnectionOptions> & { phoneName?: string }): Actor
  text(from: Actor, to: Actor, words: string): Promise<void>
  until(what: string, condition: () => boolean, seconds?: number): Promise<void>
  say(who: string, what: string): void
  readonly actors: Actor[]
  readonly ledger: ReturnType<typeof createLedger>
  readonly folder: string
  stop(): Promise<void>
}

/** One line per thing that happened: seconds since the start, who, what. */
const createTimeline = () => {
  const began = Date.now()
  return (who: string, what: string) =>
    console.log(`${((Date.now() - began) / 1000).toFixed(2).padStart(6)} s  ${who.padEnd(8)} ${what}`)
}

export const createStage = async (folder: string): Promise<Stage> => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const say = createTimeline()
  const ledger = createLedger()
  const actors: Actor[] = []
  const wishes: ServerWishes = { apps: [APP], data: join(folder, 'server') }
  let server = await startServer(wishes)
  const port = Number(new URL(server.apiUrl).port)
  const root = () => `${server.apiUrl}/${APP.replace('#', '/')}`

  const narrate = (actor: Actor) => {
    const { connection, name, phone } = actor
    const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
    connection.addEventHandler('timeline', {
      onConnected: ({ resumed, protocolVersion }) =>
        say(name, `connected (MQTT ${protocolVersion === 5 ? '5' : '3.1.1'}, session ${resumed ? 'resumed' : 'new'})`),
      onReconnecting: ({ attempt, delay, cause }) => {
        actor.reconnects++
        say(name, `reconnecting: attempt ${attempt} in ${seconds(delay)} (${cause.code} ${cause.message})`)
      },
      onDisconnected: (error) => {
        actor.endings.push(error.code)
        say(name, `disconnected: ${error.code} ${error.name}: ${error.message}`)
      },
      onOnline: () => say(name, 'the network is back'),
      onOffline: () => say(name, 'the network is gone'),
      onTokenWillExpire: ({ remaining }) => {
        actor.tokenEvents.push('willExpire')
        say(name, `token will expire in ${seconds(remaining)}`)
      },
      onTokenExpired: () => {
        actor.tokenEvents.push('expired')
        say(name, 'token expired')
      },
      onTextMessage: ({ id }) => ledger.received(id, name),
      onError: (error) => say(name, `error: ${error.code} ${error.message}`),
    })
    phone.on(({ what, detail }) => {
      if (['hide', 'show', 'suspend', 'resume', 'network'].includes(what)) say(name, `· phone: ${what} ${detail}`)
    })
  }

  return {
    get server() {
      return server
    },
    restart: async () => {
      server = await startServer({ ...wishes, port })
      say('server', `is up at ${server.url}`)
    },
    kill: async () => {
      await server.kill()
      say('server', 'killed, without a word')
    },
    admin: async (method, path, body) => {
      const answer = await fetch(`${root()}/admin${path}`, {
        method,
        headers: { authorization: `Bearer ${server.adminSecret}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${method} /admin${path}: ${answer.status} ${await answer.text()}`)
      return answer.json()
    },
    actor: (name, { phoneName = name, ...options } = {}) => {
      const phone = createPhone({
        name: phoneName,
        clock: realClock(),
        link: createWsLink(),
        http: createNodeHttp(),
        disk: createFolderDisk(join(folder, 'phones', phoneName)),
      })
      const sdk = boot(phone, { file: SHIPPED }).exports as typeof Sdk
      sdk.logger.setLevel('TRACE')
      sdk.logger.setConsoleLogVisibility(false)
      const connection = new sdk.Connection({
        appKey: APP,
        url: server.url,
        apiUrl: server.apiUrl,
        autoReconnectNumMax: Infinity,
        ...options,
      })
      const actor: Actor = { name, phone, sdk, connection, endings: [], tokenEvents: [], reconnects: 0 }
      narrate(actor)
      actors.push(actor)
      return actor
    },
    text: async (from, to, words) => {
      const message = from.sdk.message.create({ type: 'txt', chatType: 'singleChat', to: to.name, msg: words })
      const { serverMsgId } = await from.connection.send(message)
      ledger.acknowledged(serverMsgId, to.name)
    },
    until: async (what, condition, limit = 20) => {
      const deadline = Date.now() + limit * 1000
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`waited ${limit} s in vain: ${what}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    say,
    actors,
    ledger,
    folder,
    stop: () => server.stop(),
  }
}

// Phones with the shipped file, each with a user's app on it, and one embedded server over real sockets.
//
// How to extend: what else a user does is another function over a `Person`; another event is another line of `hear`.
import { join } from 'node:path'
import { createPhone, type Phone } from '../../simulator/core/phone'
import type { HttpPort } from '../../simulator/core/http-port'
import { boot } from '../../simulator/node/boot'
import { realClock } from '../../simulator/node/clocks'
import { createNodeHttp } from '../../simulator/node/http'
import { createWsLink } from '../../simulator/node/ws-link'
import type { ServerWishes } from '../../server/options'
import type * as Sdk from '../../src/index'
import { startWorld, type World } from '../server/world'
import { PATIENCE } from '../patience'

/** SDK_FILE: another build to test. */
const SHIPPED = process.env.SDK_FILE ?? join(__dirname, '../../miniprogram_dist/index.js')

/** A user's phone, and what the app on it was told since it was bought: `event: what it is about`. */
export interface Person {
  readonly phone: Phone
  readonly told: string[]
  readonly images: Sdk.ImageMessage[]
  /** Voices and videos. */
  readonly recordings: (Sdk.AudioMessage | Sdk.VideoMessage)[]
  /** Of the app that runs now. */
  readonly conn: Sdk.Connection
  readonly online: Promise<unknown>
}

/** What the network does to uploads. */
type Fault = 'pass' | 'refuse' | 'hold'

let world: World
let people: Person[]
let uploads: Fault
let marks = 0

export const begin = async (wishes: ServerWishes = {}) => {
  world = await startWorld({ registration: 'open', ...wishes })
  people = []
  uploads = 'pass'
}
export const serverOfNow = () => world
/** What becomes of uploads from now on. */
export const uploadsAre = (fault: Fault) => void (uploads = fault)

export const end = async () => {
  for (const { phone } of people) {
    expect(phone.errors).toEqual([])
    phone.dispose()
  }
  await world.end()
}

const faulty = (http: HttpPort): HttpPort => ({
  send: (request, events) => {
    if (request.method !== 'POST' || !request.url.endsWith('/chatfiles') || uploads === 'pass')
      return http.send(request, events)
    if (uploads === 'refuse') setTimeout(() => events.failed({ kind: 'refused' }))
    return () => undefined
  },
})

/** Switches a phone on. The app logs its user in whenever it starts. */
const person = async (user: string, options: Partial<Sdk.ConnectionOptions> = {}): Promise<Person> => {
  const token = await world.token(user, { ttl: 3600 })
  const phone = createPhone({
    name: user,
    clock: realClock(),
    link: createWsLink(),
    http: faulty(createNodeHttp()),
  })
  const told: string[] = []
  const images: Sdk.ImageMessage[] = []
  const recordings: (Sdk.AudioMessage | Sdk.VideoMessage)[] = []
  const self = { phone, told, images, recordings } as unknown as {
    conn: Sdk.Connection
    online: Promise<unknown>
  } & Person
  boot(phone, {
    file: SHIPPED,
    name: 'miniprogram-im',
    app: (load) => {
      const { Connection } = load('miniprogram-im') as typeof Sdk
      const conn = new Connection({
        appKey: 'acme#chat',
        url: world.server.url,
        apiUrl: world.server.apiUrl,
        isHttpDNS: false,
        autoReconnectNumMax: Infinity,
        reconnectBaseDelay: 50,
        ...options,
      })
      const hear = <E extends Sdk.EventName>(event: E, tell: (payload: Sdk.EventMap[E]) => string) =>
        conn.on(event, (payload: Sdk.EventMap[E]) => void told.push(tell(payload)))
      hear('onStoreOpened', ({ success }) => `store: ${success}`)
      hear('onTextMessage', ({ msg }) => `text: ${msg}`)
      hear('onReceivedMessage', ({ id }) => `acked: ${id}`)
      hear('onDeliveredMessage', ({ mid, from }) => `delivered: ${mid} ${from}`)
      hear('onReadMessage', ({ mid, from }) => `read: ${mid} ${from}`)
      hear('onChannelMessage', ({ from }) => `all read: ${from}`)
      hear('onMessageFailed', ({ id, error }) => `failed: ${id} ${error.code}`)
      hear('onGroupEvent', ({ operation, id, from }) => `${operation}: ${id} ${from}`)
      hear('onOfflineMessageSyncStart', () => 'offline messages')
      hear('onOfflineMessageSyncFinish', () => 'that was all')
      conn.on('onImageMessage', (message) => images.push(message))
      conn.on('onAudioMessage', (message) => recordings.push(message))
      conn.on('onVideoMessage', (message) => recordings.push(message))
      self.conn = conn
      self.online = conn.open({ user, accessToken: token })
      // An app that is killed never hears of its login.
      self.online.catch(() => undefined)
    },
  })
  people.push(self)
  return self
}
export const online = async (user: string, options?: Partial<Sdk.ConnectionOptions>): Promise<Person> => {
  const one = await person(user, options)
  await one.online
  return one
}

export const until = async (what: () => unknown): Promise<void> => {
  for (const end = Date.now() + PATIENCE; !what(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end)
      throw new Error(`waited in vain for ${what.toString()}: ${JSON.stringify(people.map(({ told }) => told))}`)
}
export const hears = (one: Person, words: string) => until(() => one.told.includes(words))
export const texts = ({ told }: Person) =>
  told.filter((line) => /^text: (?!mark)/.test(line)).map((line) => line.slice(6))
/** Everything in the app's files. */
export const filesOf = ({ phone: { disk } }: Person): string => {
  const read = (path: string): string =>
    disk.stat(path)?.directory === false
      ? Buffer.from(disk.read(path)).toString()
      : disk
          .list(path)
          .map((name) => read(path ? `${path}/${name}` : name))
          .join('')
  return read('')
}
export const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    ({ code }: { code: number }) => code,
  )
export const say = (one: Person, to: string, msg: string, more: object = {}) =>
  one.conn.send({ type: 'txt', to, msg, ...more })
export const sayTo = (one: Person, group: string, msg: string) => say(one, group, msg, { chatType: 'groupChat' })
/** Whatever was said to this one before has arrived, or never will. */
export const settle = async (from: Person, to: Person, user: string) => {
  const mark = `mark ${++marks}`
  await say(from, user, mark)
  await hears(to, `text: ${mark}`)
}

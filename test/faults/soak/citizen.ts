// One user of a soak: a phone of the worst kind behind a faulty link, the shipped file in it, and an app that just wants to chat.
import { createPhone, type Phone } from '../../../simulator/core/phone'
import { harsh, type Profile } from '../../../simulator/core/quirks'
import { createMemoryHttp, type HttpHandler } from '../../../simulator/links/memory-http'
import type { MemoryNetwork } from '../../../simulator/links/memory-link'
import type { VirtualClock } from '../../../simulator/core/virtual-clock'
import { boot } from '../../../simulator/node/boot'
import type * as Sdk from '../../../src/index'
import { createFaultyLink, type FaultyLink } from './link'
import { chanceOf, count, type Tally } from '../random'
import { historyOf, textsOf } from './history'
import { idOf, type Ledger } from './ledger'
import { API, SHIPPED } from './places'

export interface CitizenOptions {
  readonly user: string
  readonly profile: Profile
  readonly seed: number
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly url: string
  readonly rest: HttpHandler
  readonly token: () => Promise<string>
  readonly retries: number
  /** ms that an operation on a file takes. */
  readonly fileDelay: number
  readonly ledger: Ledger
  readonly tally: Tally
  /** What went wrong for good, in words. */
  readonly wrong: string[]
}

export interface Citizen {
  readonly user: string
  readonly phone: Phone
  readonly link: FaultyLink
  /** The most sockets that were ever alive at once. */
  readonly most: number
  /** The most calls of one REST path in one minute. */
  readonly busiest: number
  /** The connection of now; none between `destroy` and `start`. */
  readonly conn: Sdk.Connection | undefined
  start(): void
  /** From here on the connection must be still for ever. */
  destroy(): void
  write(key: string): void
  /** Takes back something that it wrote there. */
  recall(key: string, text: string): void
  /** Deletes the newest text of `from` in a conversation here; rejects when it is closed meanwhile. */
  remove(from: string, key: string): Promise<void>
  /** Ids of its own that are taken back there, as this phone has it. */
  recalled(key: string): Promise<ReadonlySet<string>>
  /** Conversations whose unread count is not that of the messages that nobody read. */
  miscounted(): Promise<string[]>
  /** What this phone keeps of what `from` wrote in a conversation. */
  stored(from: string, key: string): Promise<string[]>
  /** Texts of its own that still wait to be sent. */
  sending(key: string): Promise<string[]>
}

const MINUTE = 60_000

/** Definite ends that a storm may bring: several short sessions in a row are read as another device that fights back. */
const mayEnd = ['UserLoginAnotherDevice']
const mayRefuse = [...mayEnd, 'ConnectionClosed', 'Destroyed']

export function createCitizen(options: CitizenOptions): Citizen {
  const { user, profile, seed, clock, network, ledger, tally, wrong } = options
  const link = createFaultyLink(clock, network, chanceOf(seed), tally)
  const http = createMemoryHttp({ clock })
  const calls = new Map<string, number[]>()
  let busiest = 0
  http.serve(API, (request) => {
    const path = request.url.replace(/\?.*/, '')
    const times = [...(calls.get(path) ?? []), clock.now()].filter((at) => at > clock.now() - MINUTE)
    calls.set(path, times)
    busiest = Math.max(busiest, times.length)
    return options.rest(request)
  })
  const phone = createPhone({
    clock,
    link,
    http,
    profile,
    name: user,
    maxSockets: user === 'alice' ? 2 : 5, // some have more than the SDK may take, so that one too many shows
    random: chanceOf(seed + 1),
    quirks: { ...harsh(profile), tornWrites: true, fileDelay: options.fileDelay },
  })
  let most = 0
  // Not `phone.sockets.most`: these phones count a socket for a while after its end, which the SDK cannot know.
  phone.on(({ what }) => {
    const alive = phone.sockets.list.filter(({ phase }) => phase !== 'closed').length
    most = Math.max(most, alive + Number(what === 'connect')) // told before it is in the list
  })
  let sdk: typeof Sdk
  let conn: Sdk.Connection | undefined

  function login(to: Sdk.Connection): void {
    to.open({ user, timeout: 0 }).catch((error: unknown) => {
      const { name } = error as Sdk.ConnectionError
      if (!mayRefuse.includes(name)) wrong.push(`${user}: open: ${String(error)}`)
    })
  }

  function start(): void {
    const mine = new sdk.Connection({
      appKey: 'acme#chat',
      apiUrl: API,
      url: options.url,
      delivery: true,
      historyMaxBytes: 64 << 20,
      outboxMaxBytes: 4 << 20,
      outboxMaxCount: 20_000,
      outboxMaxAge: Infinity,
      recallMaxAge: Infinity,
      autoReconnectNumMax: options.retries,
      tokenProvider: options.token,
    })
    conn = mine
    const heard = (what: string) => {
      if (mine !== conn) wrong.push(`${user}: after destroy(): ${what}`)
    }
    mine.on('onStateChange', ({ to }) => heard(`state ${to}`))
    mine.on('onReconnecting', () => {
      heard('reconnecting')
      count(tally, 'reconnects')
    })
    mine.on('onTextMessage', ({ msg }) => {
      heard(msg)
      ledger.handled(user, msg, !phone.quirks.diskBroken)
    })
    mine.on('onReceivedMessage', ({ id }) => {
      heard(`acknowledged ${id}`)
      ledger.acknowledged(id)
    })
    mine.on('onRecallMessage', ({ mid }) => {
      heard(`recalled ${mid}`)
      ledger.toldOfRecall(user, mid, !phone.quirks.diskBroken)
    })
    mine.on('onMessageFailed', ({ id, error }) => {
      // Deleted while it waited.
      if (error.name !== 'MessageCancelled') wrong.push(`${user}: ${id} failed: ${error.message}`)
    })
    mine.on('onDisconnected', ({ name, message }) => {
      heard(`disconnected ${name}`)
      if (mine.state !== 'stopped') return // gave up: the app's return brings it back
      if (mayEnd.includes(name)) login(mine)
      else wrong.push(`${user}: stopped: ${message}`)
    })
    login(mine)
  }

  boot(phone, {
    file: SHIPPED,
    app: (load) => {
      sdk = load('miniprogram-im') as typeof Sdk
      sdk.logger.setConsoleLogVisibility(false)
      start()
    },
  })

  return {
    user,
    phone,
    link,
    get most() {
      return most
    },
    get busiest() {
      return busiest
    },
    get conn() {
      return conn
    },
    start,
    destroy() {
      const mine = conn
      conn = undefined
      count(tally, 'destroy()')
      void mine?.destroy().then(({ confirmed }) => {
        if (confirmed && mine.stats().sockets > 0) wrong.push(`${user}: destroy() resolved, and a socket is left`)
      })
    },
    write(key) {
      const msg = ledger.write(user, key)
      const chatType = key.startsWith('g') ? 'groupChat' : 'singleChat'
      conn!.send({ type: 'txt', to: key.slice(2), msg, id: idOf(msg), chatType }).catch(() => undefined)
    },
    recall(key, text) {
      const chatType = key.startsWith('g') ? 'groupChat' : 'singleChat'
      count(tally, 'message taken back')
      conn!.recallMessage({ mid: idOf(text), to: key.slice(2), chatType }).catch((error: unknown) => {
        const { name } = error as Sdk.ConnectionError
        // It never got into the files, or was deleted; the app was killed.
        if (!['InvalidMessage', 'MessageCancelled', ...mayRefuse].includes(name))
          wrong.push(`${user}: recall: ${String(error)}`)
      })
    },
    async remove(from, key) {
      const targetId = key === `u/${user}` ? from : key.slice(2)
      const chatType = key.startsWith('g') ? 'groupChat' : 'singleChat'
      const mine = conn!
      // A phone that dies in the middle, or has no disk, may keep it.
      const isWell = () => !phone.quirks.diskBroken && mine === conn && boots === phone.boots
      const { boots } = phone
      const { messages } = await mine.getHistoryMessages({ targetId, chatType, pageSize: 50 })
      const found = messages.find((message) => message.from === from && message.type === 'txt')
      if (found?.type !== 'txt') return
      count(tally, 'message deleted')
      const wasWell = isWell()
      ledger.deleted(user, found.msg, false)
      await mine.removeHistoryMessages({ targetId, chatType, messageIds: [found.id] })
      if (wasWell && isWell()) ledger.deleted(user, found.msg, true)
    },
    recalled: async (key) =>
      new Set(
        (await historyOf(conn!, key))
          .filter(({ from, type }) => from === user && type === 'recalled')
          .map(({ id }) => id),
      ),
    miscounted: async () => {
      const { data } = await conn!.getLocalConversations()
      const wrongOnes: string[] = []
      for (const { conversationId, conversationType, unReadCount } of data) {
        const key = (conversationType === 'groupChat' ? 'g/' : 'u/') + conversationId
        const unread = (await historyOf(conn!, key)).filter(({ status }) => status === 'received').length
        if (unread !== unReadCount) wrongOnes.push(`${user}: ${key}: ${unReadCount}, of ${unread}`)
      }
      return wrongOnes
    },
    stored: async (from, key) =>
      textsOf(
        (await historyOf(conn!, key === `u/${user}` ? `u/${from}` : key)).filter(
          (message) => message.from === from && message.type !== 'recalled',
        ),
      ),
    sending: async (key) => textsOf((await historyOf(conn!, key)).filter(({ status }) => status === 'sending')),
  }
}

// Phones, their files, and a server with queues: the world that the message layer is tested in, on a virtual clock.
//
// A `Phone` outlives its app: the disk stays when the app is killed, and a write that was under way may be torn at any
// byte. The `Server` behaves like a broker with QoS 1 sessions: it keeps what is not acknowledged, sends it again after
// a drop, and its word about a publish may get lost. How to extend: another fault is another method on one of the two.
import { createMessaging } from '../../src/message/messaging'
import type { Messaging, MessageOptions } from '../../src/message/link'
import type { MessageEvents } from '../../src/message/types'
import { ConnectionError } from '../../src/errors/connection-error'
import type { FileFailure, Files } from '../../src/ports/files'
import type { Http, HttpRequest, HttpResponse } from '../../src/ports/http'
import { createVirtualClock, type VirtualClock } from '../../simulator/core/virtual-clock'

export const newClock = (): VirtualClock =>
  createVirtualClock({ drain: () => new Promise((resolve) => setImmediate(resolve)) })

/** A small generator of reproducible random numbers (mulberry32). */
export const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

export type Told = { [E in keyof MessageEvents]: { event: E; payload: MessageEvents[E] } }[keyof MessageEvents]

interface Flight {
  readonly topic: string
  readonly payload: string
  readonly outcome: (error?: ConnectionError) => void
}

/** What a server keeps for one user. */
interface Mailbox {
  readonly filters: Set<string>
  queue: { readonly topic: string; readonly payload: string }[]
  /** How many at the head of the queue were sent on the present link. */
  sent: number
  link: Link | undefined
}

/** One connection between a phone and the server. Words arrive in order, each after the latency. */
class Link {
  open = true
  constructor(
    readonly app: App,
    private readonly clock: VirtualClock,
    private readonly latency: () => number,
  ) {}
  private at = 0
  later(run: () => void): void {
    this.at = Math.max(this.at, this.clock.now() + this.latency())
    this.clock.setTimeout(() => {
      if (this.open) run()
    }, this.at - this.clock.now())
  }
}

const covers = (filter: string, topic: string) =>
  filter === topic || (filter.endsWith('/+') && topic.slice(0, topic.lastIndexOf('/')) === filter.slice(0, -2))

export class Server {
  readonly mailboxes = new Map<string, Mailbox>()
  readonly groups = new Map<string, Set<string>>()
  /** The topics and payloads of everything that was published, in order of arrival. */
  readonly taken: { topic: string; payload: string }[] = []
  /** Says no to a publish. */
  refuse: (topic: string, payload: string) => ConnectionError | undefined = () => undefined
  /** Unacknowledged messages on the way to a phone. */
  receiveMaximum = 20
  latency = () => 5
  constructor(readonly clock: VirtualClock) {}

  mailbox(user: string): Mailbox {
    let box = this.mailboxes.get(user)
    if (!box) this.mailboxes.set(user, (box = { filters: new Set(), queue: [], sent: 0, link: undefined }))
    return box
  }

  connect(user: string, app: App): Link {
    const box = this.mailbox(user)
    if (box.link) box.link.open = false
    box.sent = 0
    return (box.link = new Link(app, this.clock, this.latency))
  }

  publish(topic: string, payload: string): ConnectionError | undefined {
    const refused = this.refuse(topic, payload)
    if (refused) return refused
    this.taken.push({ topic, payload })
    for (const [user, box] of this.mailboxes) {
      const group = /\/g\/([^/]+)\//.exec(topic)?.[1]
      if (group && !this.groups.get(group)?.has(user)) continue
      if (![...box.filters].some((filter) => covers(filter, topic))) continue
      box.queue.push({ topic, payload })
      this.flow(user)
    }
    return undefined
  }

  flow(user: string): void {
    const box = this.mailbox(user)
    const link = box.link
    while (link?.open && box.sent < box.queue.length && box.sent < this.receiveMaximum) {
      const message = box.queue[box.sent++]!
      link.later(() => {
        link.app.arrive(message.topic, message.payload, () => {
          link.later(() => {
            const at = box.queue.indexOf(message)
            if (at < 0) return
            box.queue.splice(at, 1)
            box.sent--
            this.flow(user)
          })
        })
      })
    }
  }
}

export interface PhoneOptions extends MessageOptions {
  readonly random?: () => number
  readonly http?: Http
  readonly filesAvailable?: boolean
  /** Milliseconds that a file operation takes. */
  readonly fileDelay?: () => number
}

export class Phone {
  readonly disk = new Map<string, string>()
  readonly values = new Map<string, string>()
  app: App | undefined
  /** Fails file operations while it says so. */
  fault: (operation: string, name: string) => FileFailure | undefined = () => undefined
  /** Called at every write, before it takes effect: where a test kills the app. */
  onWrite: (name: string, text: string) => void = () => undefined
  constructor(
    readonly user: string,
    readonly server: Server,
    readonly options: PhoneOptions = {},
  ) {}

  /** Starts the app. */
  launch(user = this.user): App {
    this.app = new App(this, user)
    return this.app
  }

  /** Kills the app; of a write under way, the share `torn` (0 to 1) reaches the disk. */
  kill(torn: () => number = () => 0): void {
    this.app?.kill(torn)
    this.app = undefined
  }
}

/** One run of the app: everything in it is gone after `kill`. */
export class App {
  readonly told: Told[] = []
  readonly messaging: Messaging
  alive = true
  private link: Link | undefined
  private flights: Flight[] = []
  private underWay: ((share: number) => void) | undefined
  private readonly random: () => number

  constructor(
    readonly phone: Phone,
    readonly user: string,
  ) {
    const { clock } = phone.server
    this.random = phone.options.random ?? seeded(1)
    this.messaging = createMessaging({
      org: 'acme',
      app: 'chat',
      ...phone.options,
      clock: {
        now: () => clock.now(),
        schedule: (run, delay) => {
          const id = clock.setTimeout(() => {
            if (this.alive) run()
          }, delay)
          return () => clock.clearTimeout(id)
        },
      },
      random: this.random,
      files: this.files(),
      http: phone.options.http ?? this.http(),
      storage: {
        get: (key) => phone.values.get(key),
        set: (key, value) => (phone.values.set(key, value), true),
        remove: (key) => void phone.values.delete(key),
      },
      link: {
        publish: (topic, payload, outcome) => {
          if (!this.link?.open) return outcome(new ConnectionError('NotConnected'))
          const flight = { topic, payload, outcome }
          this.flights.push(flight)
          this.transmit(flight)
        },
        subscribe: (filters, outcome) => {
          const box = phone.server.mailbox(user)
          filters.forEach((filter) => box.filters.add(filter))
          outcome?.()
        },
        unsubscribe: (filters) => filters.forEach((filter) => phone.server.mailbox(user).filters.delete(filter)),
        token: () => `token of ${user}`,
        apiUrl: () => 'https://im.example.com',
      },
      log: (_level, _area, _event, fields) => void fields?.(),
      emit: (event, payload) => {
        this.told.push({ event, payload } as Told)
        this.onEvent({ event, payload } as Told)
      },
    })
    this.messaging.open(user)
  }

  onEvent: (told: Told) => void = () => undefined

  events(): string[] {
    return this.told.map(({ event }) => event)
  }

  /** The messages that the handlers got, by what they say. */
  texts(): string[] {
    return this.told.flatMap(({ event, payload }) => (event === 'onTextMessage' ? [payload.msg] : []))
  }

  connect(): void {
    const { server } = this.phone
    const resumed = server.mailboxes.has(this.user)
    this.link = server.connect(this.user, this)
    this.flights.forEach((flight) => this.transmit(flight))
    this.messaging.online({ resumed })
    server.flow(this.user)
  }

  /** The link breaks; what was on the way in either direction is gone. */
  drop(): void {
    if (!this.link?.open) return
    this.link.open = false
    this.messaging.offline()
  }

  connected(): boolean {
    return this.link?.open === true
  }

  /** close(): the outcomes of what is in flight never come. */
  close(): void {
    this.drop()
    const flights = this.flights.splice(0)
    this.messaging.close()
    flights.forEach(({ outcome }) => outcome(new ConnectionError('ConnectionClosed')))
  }

  /** The server lost the session: what was in flight has no outcome, and is published again by the outbox. */
  sessionLost(): void {
    this.flights.splice(0).forEach(({ outcome }) => outcome(new ConnectionError('SessionLost')))
  }

  kill(torn: () => number): void {
    this.alive = false
    if (this.link) this.link.open = false
    this.underWay?.(torn())
  }

  arrive(topic: string, payload: string, ack: () => void): void {
    if (!this.alive) return
    const { link } = this
    this.messaging.received(topic, new TextEncoder().encode(payload), () => {
      if (this.alive && link?.open && link === this.link) ack()
    })
  }

  private transmit(flight: Flight): void {
    const link = this.link!
    link.later(() => {
      const refused = this.phone.server.publish(flight.topic, flight.payload)
      link.later(() => {
        const at = this.flights.indexOf(flight)
        if (!this.alive || at < 0) return
        this.flights.splice(at, 1)
        flight.outcome(refused)
      })
    })
  }

  private files(): Files {
    const { phone } = this
    const { disk, server } = phone
    const delay = phone.options.fileDelay ?? (() => 1)
    const operation = <T>(kind: string, name: string, act: () => T, partly?: (share: number) => void): Promise<T> =>
      new Promise((resolve, reject) => {
        const fault = phone.fault(kind, name)
        this.underWay = partly
        server.clock.setTimeout(() => {
          if (!this.alive) return
          if (fault) reject(fault)
          else {
            if (partly) phone.onWrite(name, kind)
            if (phone.app !== this) return // killed by onWrite
            this.underWay = undefined
            try {
              resolve(act())
            } catch (failure) {
              reject(failure)
            }
          }
        }, delay())
      })
    const missing = (name: string): never => {
      throw { kind: 'missing', errMsg: `no such file: ${name}` } as unknown as Error
    }
    const old = (name: string) => disk.get(name) ?? ''
    return {
      available: phone.options.filesAvailable ?? true,
      pathOf: (name) => name,
      read: (name) => operation('read', name, () => disk.get(name) ?? missing(name)),
      write: (name, text) =>
        operation(
          'write',
          name,
          () => void disk.set(name, text),
          (share) => void disk.set(name, text.slice(0, Math.floor(text.length * share))),
        ),
      append: (name, text) =>
        operation(
          'append',
          name,
          () => void disk.set(name, old(name) + text),
          (share) => void disk.set(name, old(name) + text.slice(0, Math.floor(text.length * share))),
        ),
      rename: (from, to) =>
        operation('rename', from, () => {
          if (disk.has(to)) throw { kind: 'failed', errMsg: 'file exists' } as unknown as Error
          disk.set(to, disk.get(from) ?? missing(from))
          disk.delete(from)
        }),
      remove: (name) =>
        operation('remove', name, () => {
          if (!disk.delete(name)) missing(name)
        }),
      list: (folder) =>
        operation('list', folder, () =>
          [...disk.keys()]
            .filter((name) => name.startsWith(folder + '/'))
            .map((name) => name.slice(folder.length + 1))
            .filter((name) => !name.includes('/')),
        ),
      size: (name) => operation('size', name, () => disk.get(name)?.length ?? missing(name)),
    }
  }

  private http(): Http {
    const { groups } = this.phone.server
    const mine = () => [...groups].filter(([, members]) => members.has(this.user)).map(([groupid]) => ({ groupid }))
    return {
      request: ({ method, url }: HttpRequest) =>
        Promise.resolve<HttpResponse>(
          method === 'GET' && url.endsWith('/chatgroups')
            ? { status: 200, header: {}, body: JSON.stringify({ data: mine() }) }
            : { status: 404, header: {}, body: '{"error_description":"no such call"}' },
        ),
      upload: () => ({ done: Promise.reject(new Error('no upload here')), abort: () => undefined }),
    }
  }
}

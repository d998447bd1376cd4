// Phones and the app on them, for tests of the message layer.
//
// A `Phone` outlives its app: the disk stays when the app is killed, and a write that was under way may be torn at any
// byte. How to extend: another fault of the phone is another method of `Phone`.
import { createMessaging } from '../../src/messages/messaging'
import { type Messaging } from '../../src/messages/messaging'
import { completed, type MessageOptions } from '../../src/messages/options'
import type { MessagesHost } from '../../src/messages/contract'
import { nameOf } from '../../src/errors/codes'
import { groupFilter, keptGroups, takeErrors } from '../../src/part'
import type { Uploading } from '../../src/ports/http'
import type { MessageCalls, MessageEvents } from '../../src/messages/types'
import type { ErrorName } from '../../src/errors/codes'
import { ConnectionError } from '../../src/errors/connection-error'
import type { FileFailure, Files } from '../../src/ports/files'
import type { Http, HttpRequest, HttpResponse } from '../../src/ports/http'
import { seeded } from '../fakes/seeded'
import type { Link, Receiver, Server } from './server'

export type Told = { [E in keyof MessageEvents]: { event: E; payload: MessageEvents[E] } }[keyof MessageEvents]

interface Flight {
  readonly topic: string
  readonly payload: string
  readonly outcome: (error?: ConnectionError) => void
}

export interface PhoneOptions extends MessageOptions {
  readonly multiDevice?: boolean
  readonly random?: () => number
  readonly http?: Http
  readonly upload?: Uploading
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
  /** Called at every change of the files, before it takes effect: where a test kills the app. */
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
export class App implements Receiver {
  readonly told: Told[] = []
  /** The app's part of the layer, and the connection's. */
  readonly messaging: Messaging & MessageCalls
  alive = true
  private link: Link | undefined
  private subscribed = false
  /** What `onError` would be told. */
  readonly failures: ConnectionError[] = []
  private flights: Flight[] = []
  private underWay: ((share: number) => void) | undefined
  private readonly random: () => number
  private readonly storage = {
    get: (key: string) => this.phone.values.get(key),
    set: (key: string, value: string) => (this.phone.values.set(key, value), true),
    remove: (key: string) => void this.phone.values.delete(key),
  }

  constructor(
    readonly phone: Phone,
    readonly user: string,
  ) {
    const { clock } = phone.server
    this.random = phone.options.random ?? seeded(1)
    takeErrors({ ConnectionError, nameOf })
    const { http, upload, random: _random, filesAvailable: _available, fileDelay: _delay, ...rest } = phone.options
    const { multiDevice = false, ...options } = rest
    const layer = createMessaging({
      settings: {
        root: 'acme/chat',
        restBase: 'https://im.example.com/acme/chat',
        enableReportLogs: false,
        multiDevice,
      },
      options: completed(options),
      clock: {
        now: () => clock.now(),
        schedule: (run, delay) => {
          const id = clock.setTimeout(() => {
            if (this.alive) run()
          }, delay)
          return () => clock.clearTimeout(id)
        },
      },
      files: this.files(),
      upload: upload ?? (() => ({ done: Promise.reject(new Error('no upload here')), abort: () => undefined })),
      platform: {
        clock: { now: () => clock.now() },
        random: this.random,
        http: http ?? this.http(),
        storage: this.storage,
      } as MessagesHost['platform'],
      publish: (topic, payload, outcome) => {
        if (!this.link?.open) return outcome(new ConnectionError('NotConnected'))
        const flight = { topic, payload, outcome }
        this.flights.push(flight)
        this.transmit(flight)
      },
      subscribe: (filters, outcome) => {
        this.subscribe(filters)
        outcome()
      },
      listen: (filters) => this.subscribe(filters),
      failed: (error) => void this.failures.push(error),
      unsubscribe: (filters) => filters.forEach((filter) => phone.server.mailbox(user).filters.delete(filter)),
      acknowledge: (acks) => acks.forEach((ack) => ack()),
      wanted: () => undefined,
      token: () => `token of ${user}`,
      log: (_level, _area, _event, fields) => void fields?.(),
      emit: (event, payload) => {
        this.told.push({ event, payload } as Told)
        this.onEvent({ event, payload } as Told)
      },
    } as Partial<MessagesHost> as MessagesHost)
    this.messaging = { ...layer, ...layer.calls }
    this.messaging.opened(user)
  }

  private subscribe(filters: readonly string[]): void {
    const box = this.phone.server.mailbox(this.user)
    filters.forEach((filter) => box.filters.add(filter))
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
    // As the connection does, once and before any part is told.
    if (!this.subscribed) this.subscribe([`acme/chat/u/${this.user}/+`, `acme/chat/s/${this.user}`])
    if (!this.subscribed)
      this.subscribe(keptGroups(this.storage, 'acme/chat', this.user).map((group) => groupFilter('acme/chat', group)))
    this.subscribed = true
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
    this.messaging.closed()
    flights.forEach(({ outcome }) => outcome(new ConnectionError('ConnectionClosed')))
  }

  /** The server lost the session, or ended it: what was in flight has no outcome, and is published again by the outbox. */
  sessionLost(name: ErrorName = 'SessionLost'): void {
    this.flights.splice(0).forEach(({ outcome }) => outcome(new ConnectionError(name)))
  }

  kill(torn: () => number): void {
    this.alive = false
    if (this.link) this.link.open = false
    this.underWay?.(torn())
  }

  arrive(topic: string, payload: string, ack: () => void): void {
    if (!this.alive) return
    const { link } = this
    this.receive(topic, new TextEncoder().encode(payload), () => {
      if (this.alive && link?.open && link === this.link) ack()
    })
  }

  receive(topic: string, payload: Uint8Array, ack: () => void): void {
    const [, , box, to = '', from = '', more] = topic.split('/')
    // The connection gives what is in the inbox, and nothing else.
    if (!to || more !== undefined || (box !== 'g' && to !== this.user) || !(box === 's' ? !from : from)) return
    this.messaging.arrived({ box: box as 'u', to, from, payload, ack })
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
    const available = phone.options.filesAvailable ?? true
    /* eslint-disable @typescript-eslint/prefer-promise-reject-errors -- the port rejects with plain objects */
    const operation = <T>(kind: string, name: string, act: () => T, partly?: (share: number) => void): Promise<T> =>
      new Promise((resolve, reject) => {
        const fault = available ? phone.fault(kind, name) : ({ kind: 'failed', errMsg: 'no files' } as const)
        this.underWay = partly
        server.clock.setTimeout(() => {
          if (!this.alive) return
          if (fault) reject(fault)
          else {
            if (!/read|list|size/.test(kind)) phone.onWrite(name, kind)
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
    }
  }
}

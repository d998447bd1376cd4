// What a simulated phone is made of, and what a test, a demonstration or a preview can do to it and read from it.
import type { NetworkType } from './air'
import type { Wx } from './app-process'
import type { Clock } from './clock'
import type { DeviceFacts } from './device'
import type { Disk } from './disk'
import type { HttpPort } from './http-port'
import type { Realm } from './js-thread'
import type { Link } from './link'
import type { WechatLogs } from './logs'
import type { PhoneTimers } from './phone-timers'
import type { Profile, Quirks } from './quirks'
import type { SharedFile } from './share'
import type { Subscriber } from './subscribe'
import type { SocketView } from './socket-task'
import type { TraceEvent } from './trace'

export interface PhoneOptions {
  clock: Clock
  link: Link
  /** Absent: no HTTP server can be reached. */
  http?: HttpPort
  /** Absent: a fresh one in memory. */
  disk?: Disk
  /** In [0, 1). */
  random?: () => number
  /** What was found of a real phone and put in force (found-profile.ts), else android. Named here, it is that profile and nothing else. */
  profile?: Profile
  name?: string
  /** The app-wide socket budget: 2 by default, as measured; 5 by the doc; 1 on old base libraries. */
  maxSockets?: number
  quirks?: Partial<Quirks>
  device?: Partial<DeviceFacts>
  /** Origins that may be reached (wss://im.example.com); absent: all. */
  allowedDomains?: readonly string[]
  /** By how much the phone's clock is wrong, ms. */
  skewMs?: number
  /** APIs of wx that are absent (plugins, old base libraries). */
  without?: readonly string[]
  /** Who answers wx.requestSubscribeMessage; absent: a user who allows everything. */
  subscriber?: Subscriber
}

export type AppState = 'front' | 'hidden' | 'suspended' | 'destroyed'

export interface Phone {
  readonly name: string
  readonly profile: Profile
  /** Of the process that lives now; a cold start makes a new one. */
  readonly wx: Wx
  /** The globals of the mini-program: frozen while it is suspended, gone when it dies. */
  readonly timers: PhoneTimers
  readonly state: AppState
  /** Cold starts so far, the first included. */
  readonly boots: number
  /** In [0, 1): the source of the phone's getRandomValues, and of Math.random in a VM. */
  readonly random: () => number
  /** Live: change it while the phone runs. */
  readonly quirks: Quirks
  readonly disk: Disk
  readonly logs: WechatLogs
  readonly shared: readonly SharedFile[]
  /** What the app threw out of callbacks and timers. */
  readonly errors: readonly unknown[]
  /** Base library 2.x to 3.x as `device.SDKVersion` says; the socket budget may change while it runs. */
  maxSockets: number
  skewMs: number

  hide(): void
  /** Back in front; a destroyed app starts cold. */
  show(): void
  /** The process dies: the disk stays. */
  kill(): void
  /** iOS warns before it kills. */
  warnMemory(): void
  /** Runs this as the handler of a tap; only inside are some APIs allowed. */
  tap<T>(handler: () => T): T
  readonly network: {
    readonly type: NetworkType
    set(type: NetworkType): void
    /** Links are dead and new ones hang while it is on; nobody is told. */
    halfOpen(on: boolean): void
    /** Slow, and told through onNetworkWeakChange. */
    weak(on: boolean): void
    /** One way, ms. */
    latency(ms: number): void
    /** Probability of a retransmission per message. */
    loss(probability: number): void
    /** Holds everything; what waited arrives when it ends. */
    stall(on: boolean): void
    /** Kills today's links for good; nobody is told. */
    cutSilently(): void
  }
  readonly sockets: {
    /** Slots held now. */
    readonly open: number
    /** The most that were ever held at once. */
    readonly most: number
    /** connectSocket calls refused for lack of a slot. */
    readonly overBudget: number
    readonly list: readonly SocketView[]
  }
  /** HTTP exchanges under way. */
  readonly requests: number
  /** Timers that the app has not cleared. */
  timersLeft(): number
  /** What happened so far; the oldest is dropped beyond 20,000 entries. */
  readonly trace: readonly TraceEvent[]
  on(listener: (event: TraceEvent) => void): () => void
  /** Told at every cold start after the first one. */
  onLaunch(listener: () => void): () => void
  /** Of the code that runs in this process: set by whoever loads it into a VM. */
  setRealm(realm: Realm): void
  /** Switched off for good: process dead, every link ended, dead ones too. */
  dispose(): void
}

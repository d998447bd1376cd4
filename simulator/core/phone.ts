// One simulated phone: a mini-program's `wx` and timers, and the hands and the world around it (home button, network).
// Models wechat-runtime.md section 4: hidden, suspended after 5 s, destroyed after 30 min, and what becomes of sockets,
// requests and timers; section 8: what a change of network does to them.
// Extend: misbehaviour belongs in quirks.ts, an area of wx in app-process.ts; this file is only who tells whom, when.
import { createAir, type NetworkType } from './air'
import { type AppProcess, createAppProcess } from './app-process'
import type { TimerId } from './clock'
import { factsOf } from './device'
import { createMemoryDisk } from './disk'
import { domainCheck } from './domains'
import { inForce } from './found-profile'
import type { HttpPort } from './http-port'
import { emptyLogs } from './logs'
import type { AppState, Phone, PhoneOptions } from './phone-contract'
import { type Quirks, quirksOf } from './quirks'
import type { SharedFile } from './share'
import type { Subscriber } from './subscribe'
import type { Trace, TraceEvent } from './trace'

export type { AppState, Phone, PhoneOptions } from './phone-contract'

/** A soak of weeks must not fill the memory: the oldest goes. */
const TRACE_LIMIT = 20_000
const CELLULAR: readonly NetworkType[] = ['2g', '3g', '4g', '5g']
const WEAK = { latency: 500, loss: 0.1 }
const unreachable: HttpPort = {
  send(_request, events) {
    events.failed({ kind: 'refused' })
    return () => undefined
  },
}

const acceptsAll: Subscriber = (tmplIds) => Object.fromEntries(tmplIds.map((id) => [id, 'accept']))

let phones = 0

export function createPhone(options: PhoneOptions): Phone {
  const found = options.profile === undefined ? inForce() : undefined
  const { clock, random = Math.random, profile = found?.base ?? 'android', name = `phone${++phones}` } = options
  const quirks: Quirks = { ...quirksOf(profile), ...found?.quirks, ...options.quirks }
  const disk = options.disk ?? createMemoryDisk(() => clock.now())
  const air = createAir(clock, options.link, random)
  const logs = emptyLogs()
  const shared: SharedFile[] = []
  const errors: unknown[] = []
  const events: TraceEvent[] = []
  const observers = new Set<(event: TraceEvent) => void>()
  const launches = new Set<() => void>()

  let state: AppState = 'front'
  let next: TimerId | undefined // suspension, then destruction
  let echoUntil = 0
  let tapping = false
  let weak = false
  let strong = { latency: 0, loss: 0 }
  let boots = 0
  let most = 0
  let overBudget = 0
  let maxSockets = options.maxSockets ?? found?.maxSockets ?? 2
  let skewMs = options.skewMs ?? 0
  let disposed = false

  const trace: Trace = (what, detail = '') => {
    const event = { at: clock.now(), phone: name, what, detail }
    events.push(event)
    if (events.length > TRACE_LIMIT) events.splice(0, TRACE_LIMIT / 10)
    for (const observer of observers) observer(event)
  }

  function launch(): AppProcess {
    boots++
    trace('launch', `${profile}, cold start ${boots}`)
    return createAppProcess({
      clock,
      skew: () => skewMs,
      air,
      http: options.http ?? unreachable,
      disk,
      random,
      profile,
      quirks,
      device: { ...factsOf[profile], ...options.device },
      maxSockets: () => maxSockets,
      allowed: domainCheck(options.allowedDomains),
      suspended: () => state === 'suspended' || clock.now() < echoUntil,
      tapping: () => tapping,
      weak: () => weak,
      without: options.without ?? found?.without ?? [],
      logs,
      shared,
      subscriber: options.subscriber ?? acceptsAll,
      trace,
      count(open) {
        most = Math.max(most, open)
      },
      overBudget() {
        overBudget++
      },
      onError(error) {
        errors.push(error)
        trace('app-error', String(error))
      },
    })
  }
  let app = launch()

  function after(ms: number, run: () => void): void {
    if (next !== undefined) clock.clearTimeout(next)
    next = ms === Infinity ? undefined : clock.setTimeout(run, ms)
  }

  function hide(): void {
    if (state !== 'front') return
    state = 'hidden'
    trace('hide')
    app.tellHidden()
    after(quirks.suspendAfter, suspend)
  }
  function suspend(): void {
    state = 'suspended'
    trace('suspend')
    if (quirks.freezes) app.js.freeze() // first: what the cut has to say is heard on return
    if (quirks.backgroundCut) app.sockets.cutAll('background')
    app.requests.interrupt()
    after(quirks.destroyAfter, kill)
  }
  function show(): void {
    const before = state
    if (before === 'front' || disposed) return
    state = 'front'
    after(Infinity, () => undefined)
    if (before === 'destroyed') {
      app = launch()
      for (const listener of launches) listener()
      return
    }
    trace(before === 'suspended' ? 'resume' : 'show')
    if (before === 'suspended') echoUntil = clock.now() + quirks.suspendEcho
    if (app.js.state === 'frozen') app.js.thaw(quirks.resumeOrder, app.tellShown)
    else app.tellShown()
  }
  function kill(): void {
    if (state === 'destroyed') return
    state = 'destroyed'
    after(Infinity, () => undefined)
    trace('destroy')
    app.kill()
  }

  function setNetwork(type: NetworkType): void {
    const before = air.conditions.type
    if (type === before) return
    trace('network', `${before} -> ${type}`)
    const lost = type === 'none'
    // wifi and cellular are different addresses: what hung on the one does not move to the other
    const moved = before !== 'none' && !lost && CELLULAR.includes(before) !== CELLULAR.includes(type)
    const ends = (lost && quirks.networkLoss === 'ends') || (moved && quirks.networkSwitch === 'ends')
    if (lost || (moved && quirks.networkSwitch === 'silent')) air.cut()
    air.change({ type })
    if (ends) app.sockets.cutAll('network')
    app.network.changed()
  }
  function setWeak(on: boolean): void {
    if (on === weak) return
    weak = on
    trace('network', on ? 'weak' : 'strong')
    const { latency, loss } = air.conditions
    if (on) strong = { latency, loss }
    air.change(on ? { latency: latency + WEAK.latency, loss: Math.max(loss, WEAK.loss) } : strong)
    app.network.weakened()
  }

  return {
    name,
    profile,
    get wx() {
      return app.wx
    },
    get timers() {
      return app.js.timers
    },
    get state() {
      return state
    },
    get boots() {
      return boots
    },
    random,
    quirks,
    disk,
    logs,
    shared,
    errors,
    get maxSockets() {
      return maxSockets
    },
    set maxSockets(budget) {
      maxSockets = budget
    },
    get skewMs() {
      return skewMs
    },
    set skewMs(ms) {
      skewMs = ms
    },
    hide,
    show,
    kill,
    warnMemory: () => app.tellMemory(),
    tap(handler) {
      tapping = true
      try {
        return handler()
      } finally {
        tapping = false
      }
    },
    network: {
      get type() {
        return air.conditions.type
      },
      set: setNetwork,
      halfOpen: (halfOpen) => air.change({ halfOpen }),
      weak: setWeak,
      latency: (latency) => air.change({ latency }),
      loss: (loss) => air.change({ loss }),
      stall: (stalled) => air.change({ stalled }),
      cutSilently: () => air.cut(),
    },
    sockets: {
      get open() {
        return app.sockets.open
      },
      get most() {
        return most
      },
      get overBudget() {
        return overBudget
      },
      get list() {
        return app.sockets.list
      },
    },
    get requests() {
      return app.requests.running
    },
    timersLeft: () => app.js.timers.left,
    trace: events,
    on(observer) {
      observers.add(observer)
      return () => observers.delete(observer)
    },
    onLaunch(listener) {
      launches.add(listener)
      return () => launches.delete(listener)
    },
    setRealm: (realm) => void (app.js.realm = realm),
    dispose() {
      kill()
      disposed = true
      air.dispose()
    },
  }
}

// The timers and the clock of one mini-program: they stand still while the app is suspended, and run late afterwards.
// Models wechat-runtime.md sections 4 and 5.3: no timer fires while suspended; those that fell due fire on return, in
// order; an interval fires once, not once per missed turn. The phone's clock may be wrong by hours (skew), and goes on.
// Extend: what else stops with the JS thread belongs to js-thread.ts.
import type { Clock, TimerId } from './clock'

/** What a mini-program's globals offer: hand it to the code that runs on the phone. */
export interface PhoneTimers {
  /** The phone's own wall clock. */
  readonly now: () => number
  readonly setTimeout: Start
  readonly clearTimeout: (id?: unknown) => void
  readonly setInterval: Start
  readonly clearInterval: (id?: unknown) => void
}
type Start = (run: (...rest: unknown[]) => void, ms?: number, ...rest: unknown[]) => TimerId

export interface FreezableTimers extends PhoneTimers {
  /** Timers of the app that have not run and were not cleared. */
  readonly left: number
  freeze(): void
  thaw(): void
  /** The process is gone: nothing of it runs any more. */
  kill(): void
}

/** Engines keep delays in 32 bits: anything longer fires at once. */
const LONGEST = 0x7fffffff

interface Timer {
  backing: TimerId | undefined
  readonly run: () => void
  readonly every: number | undefined
}

/** @param call runs the app's code, keeping its exceptions from the world */
export function createPhoneTimers(clock: Clock, skew: () => number, call: (run: () => void) => void): FreezableTimers {
  const timers = new Map<TimerId, Timer>()
  const overdue = new Set<TimerId>()
  let lastId = 0
  let frozen = false
  let dead = false

  function arm(id: TimerId, timer: Timer, ms: number): void {
    timer.backing = clock.setTimeout(() => fire(id, timer), ms)
  }
  function fire(id: TimerId, timer: Timer): void {
    timer.backing = undefined
    if (frozen) {
      overdue.add(id)
      return
    }
    if (timer.every === undefined) timers.delete(id)
    else arm(id, timer, timer.every)
    call(timer.run)
  }
  function add(run: () => void, ms: number, repeats: boolean): TimerId {
    const id = ++lastId
    if (dead) return id
    const delay = ms > LONGEST ? 1 : Math.max(repeats ? 1 : 0, ms || 0)
    const timer: Timer = { backing: undefined, run, every: repeats ? delay : undefined }
    timers.set(id, timer)
    arm(id, timer, delay)
    return id
  }
  function clear(id: unknown): void {
    const timer = timers.get(id as TimerId)
    if (!timer) return
    if (timer.backing !== undefined) clock.clearTimeout(timer.backing)
    timers.delete(id as TimerId)
    overdue.delete(id as TimerId)
  }

  return {
    now: () => clock.now() + skew(),
    setTimeout: (run, ms = 0, ...rest) => add(() => run(...rest), ms, false),
    clearTimeout: clear,
    setInterval: (run, ms = 0, ...rest) => add(() => run(...rest), ms, true),
    clearInterval: clear,
    get left() {
      return timers.size
    },
    freeze: () => void (frozen = true),
    thaw() {
      frozen = false
      for (const id of overdue) {
        const timer = timers.get(id)
        if (timer) arm(id, timer, 0)
      }
      overdue.clear()
    },
    kill() {
      dead = true
      for (const id of [...timers.keys()]) clear(id)
    },
  }
}

// Whose notice is due when, what became of it, and when it is given up. Pure: it is told the time, and calls nobody.
// One user has one notice at most, so that the calls about a user keep their order.

/** What a call says; it stays the same when it is tried again. */
export interface Text {
  readonly id: string
  readonly body: string
  readonly count: number
  /** The number of the newest message that it tells of. */
  readonly last: number
}

type State =
  /** Messages are let come until `due`. */
  | { readonly kind: 'gathering'; readonly due: number }
  /** `again`: more came meanwhile. */
  | { readonly kind: 'calling'; readonly again: boolean }
  | { readonly kind: 'failed'; readonly due: number; readonly text: Text; readonly again: boolean }

interface Notice {
  state: State
  /** When it began. */
  readonly since: number
  attempts: number
}

export interface NoticeLimits {
  readonly windowMs: number
  /** Calls at once. */
  readonly calls: number
  /** Calls for one notice, and how old it may be. */
  readonly attempts: number
  readonly ageMs: number
  /** The first pause after a failure, of one notice and of all; each further one is twice as long, up to `most`. */
  readonly pauseMs: number
}

const mostOfOneMs = 300_000
const mostOfAllMs = 30_000

export interface Notices {
  readonly size: number
  has(key: string): boolean
  /** Something waits for this user. */
  add(key: string, now: number): void
  /** Who is to be called about now; it counts as being called until it is `taken`, `failed` or `dropped`. */
  next(now: number): { readonly key: string; readonly text?: Text } | undefined
  /** True: the user has another one coming. */
  taken(key: string, now: number): boolean
  /** `wait`: the least pause, as the backend wished. */
  failed(key: string, text: Text, now: number, wait: number): 'again' | 'givenUp'
  /** There is nothing to tell any more, or no room for it. */
  drop(key: string): void
  /** Those that have become too old, which are gone then. */
  expire(now: number): string[]
}

/** `random`: 0 to 1. */
export function createNotices(limits: NoticeLimits, random: () => number): Notices {
  const { windowMs, pauseMs } = limits
  const notices = new Map<string, Notice>()
  let calling = 0
  /** Failures since the last success: while there are any, one call at a time finds out whether the backend is back. */
  let failures = 0
  let quietUntil = -Infinity

  const pause = (failed: number, most: number): number =>
    Math.min(pauseMs * 2 ** Math.min(failed - 1, 30), most) * (0.5 + random() / 2)
  const gather = (key: string, now: number): void => {
    notices.delete(key) // to the end of the line
    notices.set(key, { state: { kind: 'gathering', due: now + windowMs }, since: now, attempts: 0 })
  }

  /** Ends a call; true: more came meanwhile, and a new notice has begun. */
  function over(key: string, now: number): boolean {
    const state = notices.get(key)?.state
    notices.delete(key)
    const again = state !== undefined && state.kind !== 'gathering' && state.again
    if (again) gather(key, now)
    return again
  }

  return {
    get size() {
      return notices.size
    },
    has: (key) => notices.has(key),
    add(key, now) {
      const notice = notices.get(key)
      if (!notice) gather(key, now)
      else if (notice.state.kind !== 'gathering') notice.state = { ...notice.state, again: true }
    },
    next(now) {
      if (now < quietUntil || calling >= (failures > 0 ? 1 : limits.calls)) return undefined
      for (const [key, notice] of notices) {
        const { state } = notice
        if (state.kind === 'calling' || state.due > now) continue
        calling++
        notice.attempts++
        notice.state = { kind: 'calling', again: state.kind === 'failed' && state.again }
        return state.kind === 'failed' ? { key, text: state.text } : { key }
      }
      return undefined
    },
    taken(key, now) {
      calling--
      failures = 0
      return over(key, now)
    },
    failed(key, text, now, wait) {
      calling--
      failures++
      quietUntil = now + Math.max(wait, pause(failures, mostOfAllMs))
      const notice = notices.get(key)
      if (notice?.state.kind !== 'calling') return 'givenUp'
      const { again } = notice.state
      if (notice.attempts >= limits.attempts || now - notice.since >= limits.ageMs) {
        over(key, now)
        return 'givenUp'
      }
      const due = now + Math.max(wait, pause(notice.attempts, mostOfOneMs))
      notices.delete(key)
      notices.set(key, { ...notice, state: { kind: 'failed', due, text, again } })
      return 'again'
    },
    drop(key) {
      if (notices.get(key)?.state.kind === 'calling') calling--
      notices.delete(key)
    },
    expire(now) {
      const old = [...notices].filter(
        ([, { state, since }]) => state.kind !== 'calling' && now - since >= limits.ageMs + windowMs,
      )
      for (const [key] of old) over(key, now)
      return old.map(([key]) => key)
    },
  }
}

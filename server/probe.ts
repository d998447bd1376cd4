// What the demo's 真机探测 talks to, with `--probe` only: a WebSocket endpoint that does on request what breaks clients.
// It greets, echoes, says how old a connection is, closes, drops, falls deaf, and remembers how a named connection ended.
// Open to everybody who reaches the server: connections are few and short, and what it remembers is bounded.

/** One connection, of `ws` or of the simulator. */
export interface ProbePeer {
  send(data: string | ArrayBuffer | Buffer): void
  close(code: number, reason: string): void
  /** Ends the connection without a close frame. */
  drop(): void
  /** Reads nothing from now on, a close frame neither. */
  deafen(): void
}

export interface Attended {
  message(data: string | ArrayBuffer | Buffer): void
  /** 1006: without a close frame. */
  closed(code: number): void
}

export interface ProbeClock {
  now(): number
  setTimeout(run: () => void, ms: number): unknown
}

const LONGEST_LIFE = 180_000
const NAMES = 200

export function createProbe(clock: ProbeClock): { attend(peer: ProbePeer, query: URLSearchParams): Attended } {
  /** The code with which each ended; the oldest is forgotten. */
  const fates = new Map<string, number | 'open'>()
  function note(name: string, fate: number | 'open'): void {
    fates.delete(name)
    fates.set(name, fate)
    for (const oldest of fates.keys()) {
      if (fates.size <= NAMES) break
      fates.delete(oldest)
    }
  }

  return {
    attend(peer, query) {
      const acceptedAt = clock.now()
      const name = (query.get('name') ?? '').slice(0, 64)
      const number = (key: string, usual: number) => {
        const value = Number(query.get(key) ?? NaN)
        return Number.isFinite(value) && value >= 0 ? value : usual
      }
      let over = false
      const later = (ms: number, run: () => void) =>
        clock.setTimeout(() => {
          if (!over) run()
        }, ms)

      if (name) note(name, 'open')
      const asked = query.get('ask')
      peer.send(
        JSON.stringify({ probe: 1, now: clock.now(), ...(asked === null ? {} : { fate: fates.get(asked) ?? null }) }),
      )
      const code = number('close', 0)
      if (code >= 1000 && code <= 4999)
        later(number('after', 0), () => peer.close(code, (query.get('reason') ?? '').slice(0, 64)))
      if (query.has('drop')) later(number('drop', 0), () => peer.drop())
      if (query.has('deaf')) later(number('deaf', 0), () => peer.deafen())
      const life = Math.min(number('life', 15_000), LONGEST_LIFE)
      later(life, () => peer.close(1000, 'life'))
      later(life + 1000, () => peer.drop())

      return {
        message(data) {
          if (data === 'age') peer.send(JSON.stringify({ age: clock.now() - acceptedAt, now: clock.now() }))
          else peer.send(data)
        },
        closed(code) {
          over = true
          if (name) note(name, code)
        },
      }
    },
  }
}

// Passwords: hashed with scrypt (memory-hard), a bounded number at a time, compared without leaking time.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Refused } from '../refusals'

/** Who waits for a hash. The lines wait side by side, and in a line each address in its turn. */
export interface Turn {
  readonly line: 'login' | 'registration'
  readonly address: string
  /** Of those that name the same, one at a time. */
  readonly key: string
  /** Runs when its turn has come, before the work; may throw. */
  readonly check?: () => void
}

export interface Passwords {
  hash(password: string, turn: Turn): Promise<string>
  /** Without a hash (no such user, or one without a password) it takes just as long, and is false. */
  matches(password: string, hash: string | undefined, turn: Turn): Promise<boolean>
}

export interface PasswordWork {
  /** Logarithm of scrypt's N; memory is 1 KiB * N. With the usual 15 and p = 3 it is what OWASP asks for. */
  readonly logN: number
  readonly p: number
}

export const usualWork: PasswordWork = { logN: 15, p: 3 }

const derive = (password: string, salt: Buffer, { logN, p }: PasswordWork): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** logN
    scrypt(password.normalize('NFKC'), salt, 32, { N, r: 8, p, maxmem: 256 * N * 8 }, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })

interface Waiting {
  readonly turn: Turn
  readonly start: () => void
}

/** Addresses whose turns are remembered; whoever has more than this many starts the round anew. */
const mostServed = 10_000

/** `atOnce` hashes run, and in each line `queue` wait; more is refused. A flood of one kind, or of one address, holds up no other. */
function createTurns(atOnce: number, queue: number): <T>(turn: Turn, job: () => Promise<T>) => Promise<T> {
  const lines: Record<Turn['line'], Waiting[]> = { login: [], registration: [] }
  const running = new Map<Turn['line'], number>()
  const busy = new Set<string>()
  /** When each address had its last turn, in turns. */
  const served = new Map<string, number>()
  let turns = 0
  let count = 0

  function nextOf(line: Turn['line']): Waiting | undefined {
    let found: Waiting | undefined
    for (const waiting of lines[line]) {
      if (busy.has(waiting.turn.key)) continue
      const last = served.get(waiting.turn.address) ?? -1
      if (!found || last < (served.get(found.turn.address) ?? -1)) found = waiting
    }
    return found
  }

  function startNext(): void {
    while (count < atOnce) {
      // The line that has fewer under way goes first, logins where they are equal.
      const [first, second] =
        (running.get('login') ?? 0) <= (running.get('registration') ?? 0)
          ? (['login', 'registration'] as const)
          : (['registration', 'login'] as const)
      const next = nextOf(first) ?? nextOf(second)
      if (!next) break
      const line = lines[next.turn.line]
      line.splice(line.indexOf(next), 1)
      count++
      running.set(next.turn.line, (running.get(next.turn.line) ?? 0) + 1)
      busy.add(next.turn.key)
      served.set(next.turn.address, ++turns)
      next.start()
    }
    if (count === 0 || served.size > mostServed) served.clear()
  }

  return async (turn, job) => {
    const line = lines[turn.line]
    if (line.length >= queue + (count < atOnce ? 1 : 0)) throw new Refused('unavailable', 'too many logins at once', 1)
    await new Promise<void>((start) => {
      line.push({ turn, start })
      startNext()
    })
    try {
      turn.check?.()
      return await job()
    } finally {
      count--
      running.set(turn.line, running.get(turn.line)! - 1)
      busy.delete(turn.key)
      // In a turn of its own, so that what this one found is counted before the next is checked.
      setImmediate(startNext)
    }
  }
}

export function createPasswords(work: PasswordWork, atOnce: number, queue: number): Passwords {
  const inTurn = createTurns(atOnce, queue)

  const hash = (password: string, turn: Turn): Promise<string> =>
    inTurn(turn, async () => {
      const salt = randomBytes(16)
      const key = await derive(password, salt, work)
      return ['scrypt', work.logN, work.p, salt.toString('base64url'), key.toString('base64url')].join('$')
    })

  // Compared against where there is nothing to compare with, so that a missing user costs as much as a wrong password.
  const nothing = [
    'scrypt',
    work.logN,
    work.p,
    randomBytes(16).toString('base64url'),
    randomBytes(32).toString('base64url'),
  ].join('$')

  return {
    hash,
    matches: (password, stored, turn) =>
      inTurn(turn, async () => {
        const [, logN, p, salt, key] = (stored ?? nothing).split('$')
        const derived = await derive(password, Buffer.from(salt!, 'base64url'), { logN: Number(logN), p: Number(p) })
        return timingSafeEqual(derived, Buffer.from(key!, 'base64url'))
      }),
  }
}

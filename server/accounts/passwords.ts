// Passwords: hashed with scrypt (memory-hard), a bounded number at a time, compared without leaking time.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Refused } from '../refusals'

export interface Passwords {
  hash(password: string): Promise<string>
  /** Without a hash (no such user, or one without a password) it takes just as long, and is false. */
  matches(password: string, hash: string | undefined): Promise<boolean>
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

export function createPasswords(work: PasswordWork, atOnce: number, queue: number): Passwords {
  let running = 0
  const waiting: (() => void)[] = []

  async function limited<T>(job: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= queue) throw new Refused('unavailable', 'too many logins at once', 1)
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running++
    }
    try {
      return await job()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  const hash = (password: string): Promise<string> =>
    limited(async () => {
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
    matches: (password, stored) =>
      limited(async () => {
        const [, logN, p, salt, key] = (stored ?? nothing).split('$')
        const derived = await derive(password, Buffer.from(salt!, 'base64url'), { logN: Number(logN), p: Number(p) })
        return timingSafeEqual(derived, Buffer.from(key!, 'base64url'))
      }),
  }
}

// Links that open one thing for a few minutes without the administrator's secret: a browser's new tab cannot send a header.
import { createHmac, timingSafeEqual } from 'node:crypto'

const lifeMs = 10 * 60_000

const sign = (secret: string, path: string, expires: string): Buffer =>
  createHmac('sha256', secret).update(`${path}\n${expires}`).digest()

/** The path with its time and signature; others query parameters may be added to it. */
export function signedLink(secret: string, path: string): string {
  const expires = String(Date.now() + lifeMs)
  return `${path}?expires=${expires}&signature=${sign(secret, path, expires).toString('base64url')}`
}

export function isSigned(secret: string, path: string, expires: string, signature: string): boolean {
  if (!/^\d{1,15}$/.test(expires) || Number(expires) < Date.now()) return false
  const given = Buffer.from(signature, 'base64url')
  const right = sign(secret, path, expires)
  return given.length === right.length && timingSafeEqual(given, right)
}

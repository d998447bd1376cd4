// Where a request comes from: the socket's other end, or what the nearest trusted proxies say of it.
import { isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'

/**
 * `proxies`: how many trusted proxies a request comes through. Each adds an address at the right of `X-Forwarded-For`, so
 * that what stands left of theirs was written by the client, who may write anything.
 */
export function addressOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const direct = socket.remoteAddress ?? 'unknown'
  if (proxies === 0) return direct
  const told = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
  // Through fewer proxies than there should be: then the leftmost is the farthest that any of them saw.
  const address = told[Math.max(0, told.length - proxies)] ?? ''
  const plain = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
  return isIP(plain) === 0 ? direct : plain
}

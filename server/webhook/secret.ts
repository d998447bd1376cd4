// How a call is signed: as Standard Webhooks 1.0 says, so that its libraries, of every language, verify it.
import { createHmac } from 'node:crypto'

const prefix = 'whsec_'

/** The key in `whsec_` and base64 of 24 to 64 bytes; `undefined`: it is none. */
function keyIn(secret: string): Buffer | undefined {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : ''
  const key = Buffer.from(text, 'base64')
  return /^[A-Za-z0-9+/]+=*$/.test(text) && key.length >= 24 && key.length <= 64 ? key : undefined
}

/** The keys of one secret, or of several with commas between (while the backend changes from one to the next). */
export function keysIn(secrets: string): Buffer[] {
  return secrets.split(',').map((secret) => {
    const key = keyIn(secret.trim())
    // What was given is a secret, if a bad one: it is not repeated here.
    if (!key) throw new Error('the webhook secret must be whsec_ and the base64 of 24 to 64 bytes')
    return key
  })
}

/** Of `webhook-id`, `webhook-timestamp` (seconds) and the body; one signature for each key. */
export const sign = (keys: readonly Buffer[], id: string, timestamp: number, body: string): string =>
  keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`).join(' ')

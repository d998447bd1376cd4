// What the webhook's tests share: the app's own backend, which verifies every call and answers as a test wants.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { keysIn, sign } from '../../server/webhook/secret'

export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

export interface Notice {
  readonly id: string
  readonly data: {
    readonly app: string
    readonly user: string
    readonly count: number
    readonly total: number
    readonly others: number
    readonly from: readonly { user: string; group?: string; groupname?: string; count: number; mentions: number }[]
  }
}

export interface Backend {
  readonly url: string
  /** Calls that were answered 2xx, in order; and all of them. */
  readonly taken: Notice[]
  readonly calls: Notice[]
  readonly wrong: string[]
  readonly stop: () => Promise<void>
}

export type Answer = (call: number, request: IncomingMessage, response: ServerResponse) => void

const ok: Answer = (_, __, response) => void response.writeHead(204).end()

/** The app's backend: verifies every call, and answers as it is told. */
export async function startBackend(answer: Answer = ok): Promise<Backend> {
  const taken: Notice[] = []
  const calls: Notice[] = []
  const wrong: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const id = String(request.headers['webhook-id'])
      const at = Number(request.headers['webhook-timestamp'])
      if (sign(keysIn(secret), id, at, body) !== request.headers['webhook-signature']) wrong.push(body)
      if (Math.abs(Date.now() / 1000 - at) > 60) wrong.push(`at ${at}`)
      const notice = { id, ...(JSON.parse(body) as object) } as Notice
      calls.push(notice)
      response.on('finish', () => {
        if (response.statusCode < 300) taken.push(notice)
      })
      answer(calls.length, request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: urlOf(server),
    taken,
    calls,
    wrong,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/im`

export async function until(what: string, fits: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await fits())) {
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export const message = (text: string, more: object = {}): string =>
  JSON.stringify({ id: text, type: 'txt', time: 1, body: { msg: text }, ...more })

/** Only what is about silence waits for it to end. */
export const quick = { webhookPauseMs: 20, webhookTimeoutMs: 120_000 }

// One HTTP exchange after another, as a mini-program may have them: how many at once, how long, and how they fail.
// Models wechat-runtime.md sections 1, 2.1 and 4: ten at a time (the rest wait), 60 s by default, errno with every
// failure, "url not in domain list", everything in flight "interrupted" at suspension and "suspend" until the return.
// Extend: another failure text is one more line in `textOf`.
import type { Air } from './air'
import { type Failure, failed } from './call'
import type { Clock, TimerId } from './clock'
import type { HttpAnswer, HttpPort } from './http-port'
import type { LinkFailure } from './link'

export interface ExchangeDeps {
  readonly clock: Clock
  readonly air: Air
  readonly http: HttpPort
  readonly suspended: () => boolean
  readonly allowed: (url: string) => boolean
}

export type ExchangeResult = { readonly answer: HttpAnswer } | { readonly failure: Failure }

export interface Exchange {
  readonly api: string
  readonly url: string
  readonly method: string
  readonly header: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  readonly timeout: number | undefined
  readonly done: (result: ExchangeResult) => void
}

export interface Exchanges {
  /** Returns how to abort. */
  readonly start: (job: Exchange) => () => void
  /** Ends everything: with a text, or (the process died) without a word. */
  readonly stopAll: (why: string | undefined) => void
  /** Under way now. */
  readonly running: number
}

const AT_ONCE = 10
const TIMEOUT = 60_000
const SUSPENDED =
  'jsapi has no permission, event=createRequestTask, runningState=suspend, permissionMsg=permission ok, ' +
  'detail=network api interrupted in suspend state'

function textOf(api: string, failure: LinkFailure): Failure {
  const cronet = (number: number, name: string) =>
    failed(api, `errcode:${number} cronet_error_code:${number} error_msg:net::${name}`, { errno: 600001 })
  switch (failure.kind) {
    case 'dns':
      return cronet(-105, 'ERR_NAME_NOT_RESOLVED')
    case 'refused':
      return cronet(-102, 'ERR_CONNECTION_REFUSED')
    case 'tls':
      return cronet(-202, 'ERR_CERT_AUTHORITY_INVALID')
    case 'tls-timeout':
    case 'timeout':
      return failed(api, 'timeout', { errno: 5 })
    case 'transport':
      return cronet(-106, 'ERR_INTERNET_DISCONNECTED')
    case 'protocol':
    case 'http':
      return cronet(-320, 'ERR_INVALID_RESPONSE')
  }
}

export function createExchanges(deps: ExchangeDeps): Exchanges {
  const { clock, air } = deps
  const running = new Set<(why: string | undefined) => void>()
  const queue: (() => void)[] = []

  /** Why not now and never, or undefined. */
  function refusal({ api, url }: Exchange): Failure | undefined {
    if (deps.suspended()) return failed(api, SUSPENDED, { errno: 102 })
    if (!/^https?:\/\/[^\s/?#]+/i.test(url)) return failed(api, `invalid url "${url}"`, { errno: 600009 })
    if (!deps.allowed(url)) return failed(api, 'url not in domain list', { errno: 600002 })
    return undefined
  }

  function start(job: Exchange): () => void {
    let stop: () => void = () => undefined
    let timer: TimerId | undefined
    let over = false

    /** Ends it with a failure, an answer, or (undefined) without a word. */
    function finish(result: ExchangeResult | undefined): void {
      if (over) return
      over = true
      if (timer !== undefined) clock.clearTimeout(timer)
      stop()
      running.delete(interrupt)
      queue.shift()?.()
      if (result) job.done(result)
    }
    const interrupt = (why: string | undefined) =>
      finish(why === undefined ? undefined : { failure: failed(job.api, why, { errno: 600003 }) })
    const refuse = (failure: Failure) => void clock.setTimeout(() => finish({ failure }), 0)

    function run(): void {
      if (over) return
      running.add(interrupt)
      timer = clock.setTimeout(
        () => finish({ failure: failed(job.api, 'timeout', { errno: 5 }) }),
        job.timeout ?? TIMEOUT,
      )
      if (air.conditions.type === 'none') {
        refuse(textOf(job.api, { kind: 'transport' }))
        return
      }
      air.carry(() => {
        if (over) return
        stop = deps.http.send(
          { method: job.method, url: job.url, header: job.header, body: job.body },
          {
            answered: (answer) => air.carry(() => finish({ answer })),
            failed: (failure) => air.carry(() => finish({ failure: textOf(job.api, failure) })),
          },
        )
      })
    }

    const refused = refusal(job)
    if (refused) refuse(refused)
    else if (running.size >= AT_ONCE) queue.push(run)
    else run()
    return () => finish({ failure: failed(job.api, 'abort') })
  }

  return {
    start,
    stopAll(why) {
      queue.length = 0
      for (const stop of [...running]) stop(why)
    },
    get running() {
      return running.size
    },
  }
}

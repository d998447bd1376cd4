// What can be set when the server starts, from flags, from the environment or by a test; and what it is when nothing is set.
import { parseArgs } from 'node:util'
import { isAppKey } from './accounts/names'
import { usualWork, type PasswordWork } from './accounts/passwords'
import { defaultLimits, type Limits } from './limits'
import { silent, type Log } from './log'
import { keysIn } from './webhook/secret'

export interface ServerOptions {
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  /** Folder that keeps everything. Without one it is a temporary folder, deleted on `stop()`. */
  readonly data: string | undefined
  /** `org#app`, one or more. */
  readonly apps: readonly string[]
  /** `open`: anyone may register; `closed`: only the administrator creates users. */
  readonly registration: 'open' | 'closed'
  /** Seconds that a token lives where nothing is asked for; `never`: tokens without an end may be issued, are the usual ones, and are believed. */
  readonly tokenTtl: number | 'never'
  /** Signs tokens (at least 32 characters). Without one: generated, and kept in the data folder. */
  readonly secret: string | undefined
  /** Opens the administrator's REST. Without one: generated, and kept in the data folder. */
  readonly adminSecret: string | undefined
  /** URLs of message servers that `/endpoints` tells; without any, the address that the request came to. */
  readonly endpoints: readonly string[]
  /** How many proxies before us set `X-Forwarded-For` and `X-Forwarded-Proto`; `true`: one, `false`: none. */
  readonly trustProxy: boolean | number
  /** Opens `/probe` to everybody, for the demo's 真机探测. */
  readonly probe: boolean
  /** The app's own backend, told who has messages waiting while away (docs/notifications.md). Without one: nobody is told. */
  readonly webhook: string | undefined
  /** Signs those calls: `whsec_` and base64; two with a comma between, while it is changed. */
  readonly webhookSecret: string | undefined
  /** Seconds that messages for one user are gathered into one call. */
  readonly webhookWindow: number
  readonly log: Log
  /** For tests of clients: every field of a packet in a frame of its own, as aedes sends. */
  readonly fragmentFrames: boolean
  /** For tests of clients: which MQTT versions are spoken; `[4]` makes them fall back to 3.1.1. */
  readonly versions: readonly (4 | 5)[]
  readonly limits: Limits
  readonly passwordWork: PasswordWork
  /** The disk failed: nothing is acknowledged any more, and the process should end. */
  readonly onFatal: (error: unknown) => void
}

/** As `ServerOptions`, everything optional. */
export type ServerWishes = Partial<Omit<ServerOptions, 'limits'>> & { readonly limits?: Partial<Limits> }

export function completeOptions(wishes: ServerWishes): ServerOptions {
  const options: ServerOptions = {
    port: 0,
    host: '127.0.0.1',
    data: undefined,
    apps: ['acme#chat'],
    registration: 'open',
    secret: undefined,
    adminSecret: undefined,
    tokenTtl: wishes.limits?.defaultTokenSeconds ?? defaultLimits.defaultTokenSeconds,
    endpoints: [],
    trustProxy: false,
    probe: false,
    webhook: undefined,
    webhookSecret: undefined,
    webhookWindow: 5,
    log: silent,
    fragmentFrames: false,
    versions: [5, 4],
    passwordWork: usualWork,
    onFatal: () => undefined,
    ...wishes,
    limits: { ...defaultLimits, ...wishes.limits },
  }
  const { port, apps, registration, secret, adminSecret, tokenTtl, limits, trustProxy } = options
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`port must be 0 to 65535, not ${port}`)
  if (apps.length === 0) throw new Error('at least one app key is needed')
  for (const app of apps) if (!isAppKey(app)) throw new Error(`not an app key of the form org#app: ${app}`)
  if (!['open', 'closed'].includes(registration)) throw new Error('registration must be open or closed')
  if (secret !== undefined && secret.length < 32) throw new Error('the token secret must have at least 32 characters')
  if (adminSecret !== undefined && adminSecret.length < 16)
    throw new Error('the administrator secret must have at least 16 characters')
  if (tokenTtl !== 'never' && !(Number.isInteger(tokenTtl) && tokenTtl >= 1 && tokenTtl <= limits.tokenSeconds))
    throw new Error(`a token's life must be never or 1 to ${limits.tokenSeconds} seconds, not ${tokenTtl}`)
  if (!(Number(trustProxy) >= 0 && Number.isInteger(Number(trustProxy)) && Number(trustProxy) <= 16))
    throw new Error(`trust-proxy must be 0 to 16 proxies, not ${trustProxy}`)
  checkWebhook(options)
  return options
}

/** The address is the operator's alone, and shown to nobody: it may hold a secret, as may its user name. */
function checkWebhook({ webhook, webhookSecret, webhookWindow }: ServerOptions): void {
  if (!(webhookWindow >= 0 && webhookWindow <= 3600)) throw new Error('the webhook window must be 0 to 3600 seconds')
  if (webhook === undefined) return
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new Error('the webhook must be an https:// or http:// URL')
  if (url.username !== '' || url.password !== '')
    throw new Error('the webhook URL must hold no user name or password: calls are signed')
  if (webhookSecret === undefined)
    throw new Error(
      'a webhook needs a secret that its backend knows too: IM_WEBHOOK_SECRET=whsec_$(openssl rand -base64 32)',
    )
  keysIn(webhookSecret)
}

export const usage = `npm run server -- [options]      (environment variable in brackets)

  --port N              0: any free port; 7380 by default   [IM_PORT]
  --host ADDRESS        127.0.0.1 by default                [IM_HOST]
  --data FOLDER         .data/server by default             [IM_DATA]
  --app org#app         repeatable; acme#chat by default    [IM_APPS, separated by commas]
  --registration open|closed                                [IM_REGISTRATION]
  --token-ttl SECONDS|never   a day by default; never: tokens do not end by themselves   [IM_TOKEN_TTL]
  --endpoint URL        repeatable; told by /endpoints      [IM_ENDPOINTS, separated by commas]
  --archive-days N      messages that phones may read again, for so long; 0, none, by default   [IM_ARCHIVE_DAYS]
  --archive-mb N        of these at most so many MB, the oldest go first; 1024 by default      [IM_ARCHIVE_MB]
  --trust-proxy[=N]     believe X-Forwarded-* of N proxies, 1 when not said   [IM_TRUST_PROXY]
  --probe               open /probe to everybody, for the demo's 真机探测 (docs/probe.md)   [IM_PROBE=1]
  --webhook URL         told who has messages waiting while away (docs/notifications.md)   [IM_WEBHOOK]
  --webhook-window SECONDS   gathered into one call for each user; 5 by default   [IM_WEBHOOK_WINDOW]
  --quiet               no line per event
  --help

Secrets come from the environment only: IM_JWT_SECRET (tokens, at least 32 characters) and IM_ADMIN_SECRET
(administrator, at least 16). Without them they are generated and kept in the data folder. IM_WEBHOOK_SECRET signs
the webhook's calls: whsec_ and base64 of 24 to 64 bytes, as openssl rand -base64 32 prints.
`

function wholeNumber(name: string, text: string, least: number, most: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
    throw new Error(`${name} must be a whole number from ${least} to ${most}, not ${text}`)
  return Number(text)
}

/** Flags win over the environment. Throws with a text for people. */
export function readCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ServerWishes & { help: boolean; quiet: boolean } {
  const { values } = parseArgs({
    args: args.map((arg) => (arg === '--trust-proxy' ? '--trust-proxy=1' : arg)),
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      app: { type: 'string', multiple: true },
      registration: { type: 'string' },
      'token-ttl': { type: 'string' },
      endpoint: { type: 'string', multiple: true },
      'archive-days': { type: 'string' },
      'archive-mb': { type: 'string' },
      'trust-proxy': { type: 'string' },
      probe: { type: 'boolean' },
      webhook: { type: 'string' },
      'webhook-window': { type: 'string' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const list = (text: string | undefined): string[] | undefined => text?.split(',').map((item) => item.trim())
  const registration = values.registration ?? env.IM_REGISTRATION ?? 'open'
  if (registration !== 'open' && registration !== 'closed') throw new Error('registration must be open or closed')
  const tokenTtl = values['token-ttl'] ?? env.IM_TOKEN_TTL
  const port = values.port ?? env.IM_PORT ?? '7380'
  if (!/^\d{1,5}$/.test(port)) throw new Error(`port must be 0 to 65535, not ${port}`)
  const days = wholeNumber('archive-days', values['archive-days'] ?? env.IM_ARCHIVE_DAYS ?? '0', 0, 36_500)
  const mb = wholeNumber('archive-mb', values['archive-mb'] ?? env.IM_ARCHIVE_MB ?? '1024', 1, 1_000_000)
  return {
    limits: { archiveSeconds: days * 86_400, archiveBytes: mb * 1024 * 1024 },
    port: Number(port),
    host: values.host ?? env.IM_HOST ?? '127.0.0.1',
    data: values.data ?? env.IM_DATA ?? '.data/server',
    apps: values.app ?? list(env.IM_APPS) ?? ['acme#chat'],
    registration,
    ...(tokenTtl === undefined ? {} : { tokenTtl: tokenTtl === 'never' ? tokenTtl : Number(tokenTtl) }),
    endpoints: values.endpoint ?? list(env.IM_ENDPOINTS) ?? [],
    trustProxy: Number(values['trust-proxy'] ?? env.IM_TRUST_PROXY ?? 0),
    webhook: values.webhook ?? env.IM_WEBHOOK,
    webhookSecret: env.IM_WEBHOOK_SECRET,
    webhookWindow: Number(values['webhook-window'] ?? env.IM_WEBHOOK_WINDOW ?? 5),
    secret: env.IM_JWT_SECRET,
    adminSecret: env.IM_ADMIN_SECRET,
    probe: values.probe ?? env.IM_PROBE === '1',
    quiet: values.quiet ?? false,
    help: values.help ?? false,
  }
}

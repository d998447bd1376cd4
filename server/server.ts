// The composition root: store, accounts, groups, broker and REST joined behind one HTTP port.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createAccount } from './account'
import { addressOf } from './address'
import { openArchive } from './archive/archive'
import { openAccounts } from './accounts/accounts'
import { createPasswords } from './accounts/passwords'
import { createThrottle } from './accounts/throttle'
import { openTokens } from './accounts/tokens'
import { createCounters } from './figures/counters'
import { openFigures } from './figures/figures'
import { dropBallast, openDisk } from './disk'
import { openFiles } from './files/files'
import { openGroups } from './groups/groups'
import { createHttp } from './http'
import { openLogs } from './logs/logs'
import { createAdmission } from './mqtt/admission'
import { openBroker } from './mqtt/broker'
import { createHub, refuseUpgrade } from './mqtt/hub'
import { completeOptions, type ServerWishes } from './options'
import { createProbeDoor } from './probe-door'
import { recallIn } from './recalls'
import { createRest } from './rest/rest'
import { openStore, type Store, type StoreEvents } from './store/store'
import { StoreTrouble } from './store/trouble'
import { startWebhook } from './webhook/webhook'

export interface RunningServer {
  /** `ws://host:port/mqtt`. */
  readonly url: string
  /** `http://host:port`. */
  readonly apiUrl: string
  readonly adminSecret: string
  /** Says good-bye to everyone (0x8B), writes everything, closes. A second call waits for the first. */
  stop(): Promise<void>
  /** Ends as a crash does: sockets cut, nothing said, nothing more written. Resolves when the folder is free again. */
  kill(): Promise<void>
}

/** A secret from outside, or the one in the data folder, made at the first start. */
async function secretIn(folder: string, name: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const file = join(folder, name)
  try {
    await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readFile(file, 'utf8')).trim()
}

export async function startServer(wishes: ServerWishes = {}): Promise<RunningServer> {
  const wanted = completeOptions(wishes)
  const counters = createCounters(wanted.log)
  const options = { ...wanted, log: counters.log }
  const { limits, log } = options
  const folder = options.data ?? (await mkdtemp(join(tmpdir(), 'miniprogram-im-')))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const secret = await secretIn(folder, 'jwt.secret', options.secret)
  const adminSecret = await secretIn(folder, 'admin.secret', options.adminSecret)

  let halted = false
  const account = createAccount(limits)
  const events: StoreEvents = {
    failed(error) {
      if (halted) return
      log('fatal', { why: String(error) })
      void kill().finally(() => options.onFatal(error))
    },
    room: (free) => disk.room(free),
  }
  const openAll = (): Promise<Store> => openStore(join(folder, 'store'), events)
  const store = await openAll().catch(async (error: unknown) => {
    // On a full disk there is room for the store in what was kept for this; nothing new is taken then.
    if (!(error instanceof StoreTrouble && error.trouble === 'full')) throw error
    await dropBallast(folder)
    return openAll()
  })
  const disk = await openDisk(folder, options.data !== undefined, limits, (full) => {
    account.diskFull = full
    log(full ? 'disk full' : 'disk has room')
  })
  const accounts = await openAccounts(store, options.apps, limits, account)
  const groups = await openGroups(store, account, limits)
  const tokens = await openTokens(store, accounts, secret, options)
  const throttle = createThrottle(limits)
  const archive = await openArchive(store, account, groups, limits)
  const files = await openFiles(store, join(folder, 'files'), limits, account, disk)
  const broker = await openBroker(store, account, accounts, groups, limits, archive, ({ app, user }, to, payload) => {
    const recall = recallIn(payload)
    return recall && Promise.all([files.erase(app, user, recall.files), archive?.recall(to, recall.mid)])
  })
  const webhook =
    options.webhook === undefined
      ? undefined
      : startWebhook(
          { url: options.webhook, secret: options.webhookSecret!, windowMs: options.webhookWindow * 1000 },
          { broker, account, accounts, groups, limits, log },
        )
  const seenFrom = (request: IncomingMessage): string => addressOf(request, Number(options.trustProxy))
  const hub = createHub({
    broker,
    account,
    admission: createAdmission(accounts, tokens, throttle),
    limits,
    log,
    versions: options.versions,
    fragmentFrames: options.fragmentFrames,
    addressOf: seenFrom,
  })
  const figures = openFigures({
    account,
    disk,
    limits,
    counters,
    online: () => hub.online().length,
    users: () => accounts.count,
    broker: broker.figures,
    webhook: webhook?.figures,
  })
  const rest = createRest({
    options,
    accounts,
    groups,
    archive,
    files,
    logs: await openLogs(store, join(folder, 'logs'), limits, account, disk),
    tokens,
    throttle,
    hub,
    broker,
    figures,
    adminSecret,
    passwords: createPasswords(options.passwordWork, limits.hashing, limits.hashingQueue),
    addressOf: seenFrom,
    stop: () => void stop(),
  })

  const probe = options.probe ? createProbeDoor() : undefined
  const listener = getRequestListener(rest.fetch, { overrideGlobalObjects: false })
  const http = createHttp({
    account,
    limits,
    addressOf: seenFrom,
    answer: async (request, response) => {
      if (!probe?.answer(request, response)) await listener(request, response)
    },
    upgrade(request, socket, head) {
      if (probe?.upgrade(request, socket, head)) return
      if ((request.url ?? '').split('?')[0] === '/mqtt') hub.upgrade(request, socket, head)
      else refuseUpgrade(socket, '404 Not Found')
    },
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(options.port, options.host, resolve)
  }).catch(async (error: unknown) => {
    hub.kill()
    webhook?.stop()
    figures.stop()
    disk.stop()
    archive?.stop()
    await store.close()
    throw error
  })

  const { port } = http.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host

  const closeHttp = (): Promise<void> =>
    new Promise((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  const tidy = async (): Promise<void> => {
    if (options.data === undefined) await rm(folder, { recursive: true, force: true })
  }

  async function halt(how: () => Promise<void>): Promise<void> {
    halted = true
    probe?.stop()
    webhook?.stop()
    figures.stop()
    disk.stop()
    archive?.stop()
    await how()
    await tidy()
    log('stopped')
  }

  let halting: Promise<void> | undefined
  const stop = (): Promise<void> =>
    (halting ??= halt(async () => {
      await hub.stop()
      await closeHttp()
      await store.close()
    }))
  const kill = (): Promise<void> =>
    (halting ??= halt(async () => {
      const abandoned = store.abandon()
      hub.kill()
      await closeHttp()
      await abandoned
    }))

  return { url: `ws://${host}:${port}/mqtt`, apiUrl: `http://${host}:${port}`, adminSecret, stop, kill }
}

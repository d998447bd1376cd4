// A soak on real sockets: phones with the shipped file, a fault proxy before each, the embedded server, killed and started again.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type RunningServer } from '../../../server/server'
import { createPhone, type Phone } from '../../../simulator/core/phone'
import { boot } from '../../../simulator/node/boot'
import { realClock } from '../../../simulator/node/clocks'
import { createNodeHttp } from '../../../simulator/node/http'
import { createWsLink } from '../../../simulator/node/ws-link'
import type * as Sdk from '../../../src/index'
import { faults, startProxy, type Fault, type FaultProxy, type Refusal } from '../proxy/proxy'
import { chanceOf, count, type Chance, type Tally } from '../random'
import { historyOf, textsOf } from '../soak/history'
import { createLedger, idOf, type Ledger, type Sheet } from '../soak/ledger'
import { SHIPPED } from '../soak/places'
import { PATIENCE } from '../../patience'

export interface RealResult {
  readonly seed: number
  readonly seconds: number
  readonly injected: Tally
  readonly messages: Sheet
  readonly mostSockets: number
  readonly serverKills: number
  /** Seconds until everybody was back once the world was well. */
  readonly back: number
}

const USERS = ['alice', 'bob', 'carol']
const APP = 'acme#chat'
const PASSWORD = 'correct horse'
const BACK_WITHIN = PATIENCE
/** Codes that say nothing about a crowd, for which a client would stay away for half a minute. */
const codes = [0, 999, 1000, 1002, 1003, 1004, 1005, 1006, 1008, 1011, 1015, 2999, 3000, 4000, 65535]
const refusals: readonly Refusal[] = ['drop', 'hang', 'portal', 'redirect', 'nonsense']
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

interface Party {
  readonly user: string
  readonly phone: Phone
  readonly proxy: FaultProxy
  readonly conn: Sdk.Connection
}

async function enter(user: string, port: () => number, ledger: Ledger, wrong: string[], tally: Tally): Promise<Party> {
  const proxy = await startProxy(port)
  const phone = createPhone({ name: user, clock: realClock(), link: createWsLink(), http: createNodeHttp() })
  const sdk = boot(phone, { file: SHIPPED }).exports as typeof Sdk
  sdk.logger.setConsoleLogVisibility(false)
  const conn = new sdk.Connection({
    appKey: APP,
    url: `ws://127.0.0.1:${proxy.port}/mqtt`,
    apiUrl: `http://127.0.0.1:${proxy.port}`,
    autoReconnectNumMax: Infinity,
    reconnectBaseDelay: 100,
    reconnectMaxDelay: 1_000,
    heartBeatWait: 1_000,
    outboxMaxCount: 20_000,
    outboxMaxBytes: 4 << 20,
    historyMaxBytes: 32 << 20,
    delivery: true,
  })
  const login = () => conn.open({ user, pwd: PASSWORD, timeout: 0 })
  conn.on('onReconnecting', () => count(tally, 'reconnects'))
  conn.on('onTextMessage', ({ msg }) => ledger.handled(user, msg))
  conn.on('onReceivedMessage', ({ id }) => ledger.acknowledged(id))
  conn.on('onMessageFailed', ({ id, error }) => wrong.push(`${user}: ${id} failed: ${error.message}`))
  conn.on('onDisconnected', ({ name, message }) => {
    if (conn.state !== 'stopped') return
    // Several short sessions in a row are read as another device that fights back: the user logs in again.
    if (name === 'UserLoginAnotherDevice') login().catch(() => undefined)
    else wrong.push(`${user}: stopped: ${message}`)
  })
  await conn.registerUser({ username: user, password: PASSWORD })
  await login()
  // The SDK subscribed the inbox before; when this is answered, that was done.
  await conn.subscribe([`${APP.replace('#', '/')}/u/${user}/+`])
  return { user, phone, proxy, conn }
}

function injure({ proxy }: Party, chance: Chance, tally: Tally): void {
  const fault = chance.one(Object.keys(faults) as Fault[])
  const hit =
    fault === 'closeFrame'
      ? proxy.inject('closeFrame', chance.one(codes), chance.one(['', 'bye', '再见']))
      : fault === 'garbage'
        ? proxy.inject('garbage', chance.bytes(chance.between(1, 60)))
        : fault === 'truncate' || fault === 'truncateUp'
          ? proxy.inject(fault, chance.below(20))
          : fault === 'delay'
            ? proxy.inject('delay', chance.between(20, 1_000))
            : proxy.inject(fault)
  if (hit > 0) count(tally, fault)
  if (!chance.yes(0.2)) return
  const refusal = chance.one(refusals)
  count(tally, `refused by ${refusal}`)
  proxy.refuse(refusal)
}

export async function realSoak(seed: number, seconds: number): Promise<RealResult> {
  const chance = chanceOf(seed)
  const data = await mkdtemp(join(tmpdir(), 'im-soak-'))
  const wishes = { apps: [APP], data, passwordWork: { logN: 4, p: 1 } }
  const ledger = createLedger()
  const tally: Tally = {}
  const wrong: string[] = []
  let server: RunningServer = await startServer(wishes)
  const port = Number(new URL(server.apiUrl).port)
  let serverKills = 0
  const parties: Party[] = []
  try {
    for (const user of USERS) parties.push(await enter(user, () => port, ledger, wrong, tally))

    const end = Date.now() + seconds * 1000
    let nextKill = Date.now() + (seconds * 1000) / 4
    const enough = () => serverKills > 1 && ledger.sheet().acknowledged > 50 // also where everything is slow
    while (Date.now() < end || !enough()) {
      for (const party of parties) {
        for (let n = chance.between(0, 8); n > 0; n--) {
          const to = chance.one(USERS.filter((user) => user !== party.user))
          const msg = ledger.write(party.user, `u/${to}`)
          party.conn.send({ type: 'txt', to, msg, id: idOf(msg), chatType: 'singleChat' }).catch(() => undefined)
        }
        if (chance.yes(0.08)) injure(party, chance, tally)
        if (chance.yes(0.2)) party.proxy.release()
        if (chance.yes(0.03)) party.proxy.heal()
      }
      if (Date.now() > nextKill) {
        serverKills++
        await server.kill()
        await pause(chance.below(2_000))
        server = await startServer({ ...wishes, port })
        nextKill = Date.now() + (seconds * 1000) / 4
      }
      await pause(chance.between(20, 200))
      for (const { user, phone } of parties) {
        assert(phone.sockets.most <= 2, `${user}: ${phone.sockets.most} sockets at once`)
        assert.deepEqual(phone.errors, [], `${user}: thrown into the app`)
      }
      assert.deepEqual(wrong, [])
    }

    const well = Date.now()
    for (const { proxy } of parties) proxy.heal()
    while (!parties.every(({ conn }) => conn.isOpened())) {
      if (Date.now() - well > BACK_WITHIN)
        assert.fail(`not back: ${parties.map(({ user, conn }) => `${user} ${conn.state}`).join(', ')}`)
      await pause(50)
    }
    const back = Date.now() - well
    for (let calm = 0, before = ''; calm < 20;) {
      if (Date.now() - well > 2 * BACK_WITHIN) assert.fail('something is still on its way')
      const now = JSON.stringify(ledger.sheet()) + String(ledger.arrived())
      const sending = await Promise.all(
        ledger.entries().map(async ({ from, key }) => {
          const { conn } = parties.find(({ user }) => user === from)!
          return (await historyOf(conn, key)).filter(({ status }) => status === 'sending').length
        }),
      )
      calm = now === before && sending.every((waiting) => waiting === 0) ? calm + 1 : 0
      before = now
      await pause(50)
    }
    for (const { from, key } of ledger.entries()) {
      const { user, conn } = parties.find((party) => key === `u/${party.user}`)!
      ledger.audit(user, from, key, textsOf((await historyOf(conn, `u/${from}`)).filter((one) => one.from === from)))
    }
    for (const { conn } of parties) assert((await conn.destroy()).confirmed, 'destroy() was not confirmed')
    for (const { user, phone } of parties)
      assert.deepEqual([phone.sockets.open, phone.timersLeft()], [0, 0], `${user}: sockets and timers left`)
    return {
      seed,
      seconds,
      injected: tally,
      messages: ledger.sheet(),
      mostSockets: Math.max(...parties.map(({ phone }) => phone.sockets.most)),
      serverKills,
      back: Math.round(back / 100) / 10,
    }
  } finally {
    for (const { phone, proxy } of parties) {
      phone.dispose()
      await proxy.stop()
    }
    await server.stop()
    await rm(data, { recursive: true, force: true })
  }
}

// A soak on the virtual clock: days of an ordinary life with faults in it; what must hold is checked after every step, and
// twice a day the world gets well: then everybody must be back, and the books must balance.
import { strict as assert } from 'node:assert'
import { kinds } from './link'
import { chanceOf, count, type Chance, type Tally } from '../random'
import type { Citizen } from './citizen'
import type { Sheet } from './ledger'
import { createTown, type Town } from './town'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
/** Of one REST path by one phone in a minute, whatever it is answered with, starts of the app included. */
const MOST_CALLS = 12

/** Longest that coming back may take once the world is well: a crowd's window, a hung handshake, a dead endpoint. */
const BACK_WITHIN = 3 * minute

export interface SoakResult {
  readonly seed: number
  /** Simulated. */
  readonly hours: number
  readonly injected: Tally
  readonly messages: Sheet
  readonly mostSockets: number
  readonly starts: number
  /** Seconds until everybody was back, for every time that the world got well. */
  readonly back: { readonly times: number; readonly median: number; readonly most: number }
}

/** What may happen to one phone in one step; the faults of the link come on top. */
const fates: Record<string, (citizen: Citizen, chance: Chance, town: Town) => void> = {
  'network gone': ({ phone }) => phone.network.set('none'),
  'network changed': ({ phone }, chance) => phone.network.set(chance.one(['wifi', '4g', '3g', '5g'])),
  'every link cut silently': ({ phone }) => phone.network.cutSilently(),
  'packets lost (10 %)': ({ phone }) => phone.network.loss(0.1),
  'network stalled': ({ phone }) => phone.network.stall(true),
  'network weak': ({ phone }) => phone.network.weak(true),
  // At any moment: while messages arrive, while they are written to a file.
  'app killed': ({ phone }, chance, { clock }) =>
    void clock.setTimeout(() => {
      phone.kill()
      phone.show()
    }, chance.below(second)),
  'sockets close slowly': ({ phone }) => void (phone.quirks.closeTimeout = 50 * second),
  'clock moved': ({ phone }, chance) => void (phone.skewMs += chance.one([-3 * hour, -minute, 5 * minute])),
  'storage broken': ({ phone }) => void (phone.quirks.storageBroken = true),
  'disk broken': ({ phone }) => void (phone.quirks.diskBroken = true),
}

/** The last things that happened to a phone, for whoever has to find out why. */
const lately = ({ trace }: Citizen['phone']) =>
  trace
    .slice(-40)
    .map(({ at, what, detail }) => `${at % hour} ${what} ${detail}`)
    .join('\n')

/** What must hold at any time. */
function check({ citizens, broker, wrong }: Town): void {
  for (const { user, phone, conn, most, busiest } of citizens) {
    assert(busiest <= MOST_CALLS, `${user}: ${busiest} calls of one REST path in a minute`)
    assert(most <= 2, `${user}: ${most} sockets at once\n${lately(phone)}`)
    assert((conn?.stats().slots.taken ?? 0) <= 2, `${user}: too many slots taken`)
    assert.deepEqual(phone.errors, [], `${user}: thrown into the app`)
  }
  assert.deepEqual(broker.violations, [], 'what MQTT forbids')
  assert.deepEqual(wrong, [])
}

function repair({ phone }: Citizen): void {
  Object.assign(phone.quirks, { storageBroken: false, diskBroken: false, closeTimeout: 5 * second })
  phone.network.stall(false)
  phone.network.weak(false)
  phone.network.loss(0)
  phone.network.set('wifi')
}

/** The world is well: every fault is over, every app in front. Answers how long the last one took to be back, in ms. */
async function recover(town: Town): Promise<number> {
  const { citizens, clock, broker } = town
  town.trouble = 0
  for (const citizen of citizens) {
    const { phone, link } = citizen
    repair(citizen)
    link.heal()
    phone.hide()
    phone.show() // who gave up comes back with the app
    if (!citizen.conn) citizen.start()
  }
  const since = clock.now()
  const back = await clock.runUntil(() => citizens.every(({ conn }) => conn?.isOpened()), BACK_WITHIN)
  assert(back, `not back: ${citizens.map(({ user, conn }) => `${user} ${conn?.state ?? 'absent'}`).join(', ')}`)
  const took = clock.now() - since
  let calm = 0
  for (let rounds = 0; calm < 5 && rounds < 200; rounds++) {
    const before = broker.taken.length
    await clock.advance(2 * second)
    const quiet = [...broker.sessions.values()].every(({ waiting }) => waiting === 0) && broker.taken.length === before
    calm = quiet ? calm + 1 : 0
  }
  assert.equal(calm, 5, 'something is still on its way')
  check(town)
  return took
}

async function audit({ citizens, ledger }: Town): Promise<void> {
  for (const { from, key } of ledger.entries()) {
    const sender = citizens.find(({ user }) => user === from)!
    assert.deepEqual(await sender.sending(key), [], `${from} still sends to ${key}`)
    const recalled = await sender.recalled(key)
    for (const citizen of citizens)
      if (citizen !== sender && (key.startsWith('g') || key === `u/${citizen.user}`))
        ledger.audit(citizen.user, from, key, await citizen.stored(from, key), recalled)
  }
  for (const citizen of citizens) assert.deepEqual(await citizen.miscounted(), [], 'unread counts')
}

/** One of the last things that somebody wrote is taken back: it may wait, be on its way, or have been read. */
function regret({ user, recall }: Citizen, chance: Chance, { ledger }: Town): void {
  const own = ledger.entries().filter(({ from }) => from === user)
  if (own.length === 0) return
  const { key, texts } = chance.one(own)
  recall(key, chance.one(texts.slice(-6)))
}

/** Somebody deletes one of the last messages of another on the phone in hand. */
function tidy({ user, remove }: Citizen, chance: Chance, { ledger }: Town): void {
  const others = ledger
    .entries()
    .filter(({ from, key }) => from !== user && (key.startsWith('g') || key === `u/${user}`))
  if (others.length === 0) return
  const { from, key } = chance.one(others)
  remove(from, key).catch(() => undefined)
}

/** Half an hour in which people use their phones, and things break. */
async function session(town: Town, chance: Chance): Promise<void> {
  const { citizens, clock, broker, tally } = town
  const until = clock.now() + 30 * minute
  town.trouble = chance.one([0, 0, 0.2, 0.6])
  while (clock.now() < until) {
    for (const citizen of citizens) {
      const { phone, user, link } = citizen
      if (phone.state !== 'front' && chance.yes(0.2)) phone.show()
      else if (chance.yes(0.03)) phone.hide()
      if (!citizen.conn && phone.state === 'front' && chance.yes(0.3)) citizen.start()
      if (citizen.conn && phone.state === 'front')
        for (let n = chance.yes(0.25) ? chance.between(1, 12) : 0; n > 0; n--)
          citizen.write(chance.yes(0.3) ? 'g/g1' : `u/${chance.one(citizens.filter((one) => one !== citizen)).user}`)
      if (citizen.conn && phone.state === 'front') {
        if (chance.yes(0.05)) regret(citizen, chance, town)
        if (chance.yes(0.03)) tidy(citizen, chance, town)
      }
      if (chance.yes(0.15)) link.inject(chance.one(kinds))
      if (chance.yes(0.1)) link.release()
      if (chance.yes(0.06)) {
        const fate = chance.one(Object.keys(fates))
        count(tally, fate)
        fates[fate]!(citizen, chance, town)
      } else if (chance.yes(0.2)) {
        repair(citizen)
      }
      if (user === 'carol' && citizen.conn && chance.yes(0.01)) citizen.destroy()
    }
    if (chance.yes(0.03)) {
      const how = chance.one(['crash', 'shutdown', 'vanish'] as const)
      count(tally, `server: ${how}`)
      broker[how]()
      await clock.advance(chance.below(how === 'vanish' ? 3 * minute : 30 * second))
      if (how === 'vanish') broker.crash()
      broker.restart()
    }
    await clock.advance(chance.below(20 * second))
    check(town)
  }
}

export async function soak(seed: number, days: number): Promise<SoakResult> {
  const town = createTown(seed)
  const { citizens, clock, tally, ledger } = town
  const chance = chanceOf(seed + 1)
  const back: number[] = []
  const begun = clock.now()
  await recover(town)
  for (let day = 0; day < days; day++) {
    for (const busy of [3, 4]) {
      for (let n = 0; n < busy; n++) {
        await session(town, chance)
        // The phones are put away: suspended, and sometimes for so long that WeChat ends the app.
        citizens.forEach(({ phone }) => phone.hide())
        await clock.advance(chance.between(minute, hour))
        citizens.forEach(({ phone }) => phone.show())
      }
      back.push(await recover(town))
      await audit(town)
      citizens.forEach(({ phone }) => phone.hide())
      await clock.advance(chance.between(3 * hour, 6 * hour))
    }
  }
  back.push(await recover(town))
  await audit(town)

  // And after the end, nothing.
  citizens.forEach((citizen) => citizen.destroy())
  await clock.advance(5 * minute)
  check(town)
  for (const { user, phone } of citizens)
    assert.deepEqual([phone.sockets.open, phone.timersLeft()], [0, 0], `${user}: sockets and timers left`)
  citizens.forEach(({ phone }) => phone.dispose())
  await clock.advance(5 * minute)
  assert.deepEqual(clock.pending(), [], 'timers of the world left')

  back.sort((a, b) => a - b)
  return {
    seed,
    hours: Math.round((clock.now() - begun) / hour),
    injected: tally,
    messages: ledger.sheet(),
    mostSockets: Math.max(...citizens.map(({ most }) => most)),
    starts: citizens.reduce((sum, { phone }) => sum + phone.boots, 0),
    back: {
      times: back.length,
      median: back[back.length >> 1]! / second,
      most: back.at(-1)! / second,
    },
  }
}

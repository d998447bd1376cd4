// Lays the clocks of several phones over each other: by the messages that they share, and by what the server said the time was.
import type { PhoneLog, ReadRecord } from './read'

/** From the record `at` on the phone's clock is `ahead` milliseconds ahead of the common time. */
export interface ClockSpan {
  readonly at: number
  readonly ahead: number
}

export interface AlignedLog extends PhoneLog {
  /** Empty where the phone's own clock is the common time. */
  readonly clock: readonly ClockSpan[]
}

/** What one record says: how far its phone's clock is ahead, at least and at most. */
interface Bound {
  readonly at: number
  readonly least: number
  readonly most: number
}

/** Clocks that differ by less than this are not worth a correction: a message takes as long. */
const TOLERANCE = 2000
/** Longer than a message that could be delivered takes, where nothing came back the other way. */
const ONE_WAY = 60000

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Where each message first left, or first arrived. */
const firstOf = (records: readonly ReadRecord[], ...events: readonly string[]): ReadonlyMap<unknown, number> => {
  const found = new Map<unknown, number>()
  records.forEach(({ area, event, fields }, at) => {
    if (area === 'message' && events.includes(event) && fields.id !== undefined && !found.has(fields.id))
      found.set(fields.id, at)
  })
  return found
}

interface Clocked {
  readonly log: PhoneLog
  readonly sent: ReadonlyMap<unknown, number>
  readonly received: ReadonlyMap<unknown, number>
}

const readClock = (log: PhoneLog): Clocked => ({
  log,
  sent: firstOf(log.records, 'queued', 'sent'),
  received: firstOf(log.records, 'received'),
})

const byServer = ({ records }: PhoneLog): Bound[] =>
  records.flatMap(({ t, area, event, fields }, at) => {
    const server = numberOf(fields.serverTime)
    return area === 'connection' && event === 'accepted' && server !== undefined
      ? [{ at, least: t - server - Math.max(numberOf(fields.ms) ?? 0, TOLERANCE), most: t - server }]
      : []
  })

/** A message is received after it was sent, whatever the two clocks say. */
const byMessages = (mine: Clocked, other: Clocked, commonTime: (at: number) => number): Bound[] => {
  const bounds: Bound[] = []
  const t = (at: number) => mine.log.records[at]!.t
  for (const [id, at] of mine.received) {
    const from = other.sent.get(id)
    if (from !== undefined) bounds.push({ at, least: -Infinity, most: t(at) - commonTime(from) })
  }
  for (const [id, at] of mine.sent) {
    const to = other.received.get(id)
    if (to !== undefined) bounds.push({ at, least: t(at) - commonTime(to), most: Infinity })
  }
  return bounds
}

/** The largest step of the clock in a direction between two records: where it was set. */
const stepBetween = (records: readonly ReadRecord[], from: number, to: number, direction: number): number => {
  let best = to
  let most = -Infinity
  for (let at = from + 1; at <= to; at++) {
    const step = (records[at]!.t - records[at - 1]!.t) * direction
    if (step > most) [most, best] = [step, at]
  }
  return best
}

/** As few settings of the clock as the bounds allow, each as near to the one before as they allow. */
const settle = (records: readonly ReadRecord[], bounds: readonly Bound[]): ClockSpan[] => {
  const spans: ClockSpan[] = []
  let ahead = 0
  let [least, most] = [-Infinity, Infinity]
  /** The clock was set after the first of these records, and not after the second. */
  let [after, until] = [0, 0]
  let agreed = 0
  const end = () => {
    const oneWay = least === -Infinity && most !== Infinity && most > ONE_WAY
    const found = oneWay ? most : Math.min(Math.max(ahead, least), most)
    if (Math.abs(found - ahead) <= TOLERANCE) return
    spans.push({ at: until === 0 ? 0 : stepBetween(records, after, until, Math.sign(found - ahead)), ahead: found })
    ahead = found
  }
  for (const bound of [...bounds].sort((a, b) => a.at - b.at)) {
    if (Math.max(least, bound.least) > Math.min(most, bound.most) + TOLERANCE) {
      end()
      ;[after, until, agreed, least, most] = [agreed, bound.at, bound.at, bound.least, bound.most]
      continue
    }
    least = Math.max(least, bound.least)
    most = Math.max(least, Math.min(most, bound.most))
    // A message that waited for hours says little of the clock; one that came at once says where it stood.
    if (bound.most - most < TOLERANCE || least - bound.least < TOLERANCE) agreed = bound.at
  }
  end()
  return spans
}

const aheadAt = (spans: readonly ClockSpan[], at: number): number =>
  spans.reduce((ahead, span) => (span.at <= at ? span.ahead : ahead), 0)

/** A clock that goes back was set; one that goes on may have been, too, and then its log spans more time. */
const setBacks = ({ records }: PhoneLog): number =>
  records.filter(({ t }, at) => at > 0 && t < records[at - 1]!.t).length

const spanOf = ({ records }: PhoneLog): number => (records.at(-1)?.t ?? 0) - (records[0]?.t ?? 0)

/** The logs with their records on one common time; a phone that shares nothing with the others keeps its own. */
export const alignClocks = (logs: readonly PhoneLog[]): readonly AlignedLog[] => {
  const clocks = logs.map(readClock)
  const bounds = logs.map(byServer)
  const spans = new Map<number, readonly ClockSpan[]>()
  const shared = (a: Clocked, b: Clocked) => byMessages(a, b, () => 0).length
  const sharedByAll = clocks.map((mine) =>
    clocks.reduce((sum, other) => (other === mine ? sum : sum + shared(mine, other)), 0),
  )
  // First whoever knows the server's time; else whoever shares most, and of two such the one whose clock was set least.
  const order = logs
    .map((_, index) => index)
    .sort(
      (a, b) =>
        bounds[b]!.length - bounds[a]!.length ||
        sharedByAll[b]! - sharedByAll[a]! ||
        setBacks(logs[a]!) - setBacks(logs[b]!) ||
        spanOf(logs[a]!) - spanOf(logs[b]!),
    )
  for (const index of order) {
    const mine = clocks[index]!
    const withOthers = [...spans].flatMap(([other, known]) =>
      byMessages(mine, clocks[other]!, (at) => logs[other]!.records[at]!.t - aheadAt(known, at)),
    )
    spans.set(index, settle(logs[index]!.records, [...bounds[index]!, ...withOthers]))
  }
  return logs.map((log, index) => {
    const clock = spans.get(index) ?? []
    if (clock.length === 0) return { ...log, clock }
    return {
      ...log,
      clock,
      records: log.records.map((record, at) => ({ ...record, t: record.t - aheadAt(clock, at) })),
    }
  })
}

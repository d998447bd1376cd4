// The last minutes of the connection as a picture: bands of states, marks of attempts, steps of slots. Fed by the SDK's log.
import { ErrorCode, type ErrorName, type LogRecord, type StateName } from 'miniprogram-im'
import { faceOf } from './words'

export type Tone = 'good' | 'wait' | 'bad' | 'off'

interface Moment<Value> {
  readonly at: number
  readonly value: Value
}

export interface Happening {
  readonly key: number
  readonly time: string
  readonly tone: Tone
  readonly text: string
}

export interface Picture {
  readonly spans: readonly { key: number; left: number; width: number; tone: Tone }[]
  readonly marks: readonly { key: number; left: number; tone: Tone }[]
  readonly slots: readonly { key: number; left: number; width: number; taken: number }[]
  readonly events: readonly Happening[]
}

/** How much of the past is shown, in ms. */
const SPAN = 60_000
const MOST_EVENTS = 6
const MOST_RTTS = 12

/** One tone for one state, here, in the banner and on the page's head. The rest is 'off': nothing can be done now. */
const tones: Partial<Record<StateName, Tone>> = {
  online: 'good',
  authorizing: 'wait',
  queued: 'wait',
  opening: 'wait',
  handshaking: 'wait',
  waiting: 'wait',
  gaveUp: 'bad',
  stopped: 'bad',
}
const toneOf = (state: StateName): Tone => tones[state] ?? 'off'

const states: Moment<StateName>[] = []
const attempts: Moment<Tone>[] = []
const slots: Moment<number>[] = []
const events: Happening[] = []
export const vitals = { rtts: [] as number[], attempts: 0, reconnects: 0 }

let keys = 0
let network = ''
let sentAt: { id: unknown; t: number } | undefined
const clock = (at: number) => new Date(at).toTimeString().slice(0, 8)
const seconds = (ms: unknown) => `${(Number(ms) / 1000).toFixed(1)} 秒`

function happen(at: number, tone: Tone, text: string): void {
  events.unshift({ key: ++keys, time: clock(at), tone, text })
  events.length = Math.min(events.length, MOST_EVENTS)
}

function push<Value>(moments: Moment<Value>[], at: number, value: Value): void {
  moments.push({ at, value })
  // The newest moment before the window says how the window begins.
  while (moments[1] && moments[1].at < at - SPAN) moments.shift()
}

function measure(ms: number): void {
  vitals.rtts = [...vitals.rtts, ms].slice(-MOST_RTTS)
}

type Fields = Readonly<Record<string, unknown>>

function connectionRecord(t: number, event: string, { name, to }: Fields): void {
  if (event === 'refused') {
    const face = faceOf({ code: ErrorCode[name as ErrorName] })
    push(attempts, t, 'bad')
    happen(t, 'bad', `${face.title}（${face.code}）`)
  } else if (event === 'state') enterState(t, to as StateName)
}

function enterState(t: number, state: StateName): void {
  push(states, t, state)
  if (state !== 'online') sentAt = undefined // what comes back after an outage is no round trip
  if (state === 'opening') vitals.attempts++
  if (state === 'opening' || state === 'online') push(attempts, t, toneOf(state))
  if (state === 'online') happen(t, 'good', '已连接')
}

function appRecord(t: number, event: string, { type, connected, away }: Fields): void {
  if (event === 'network' && network !== type) {
    if (network) happen(t, 'off', connected ? `网络变为 ${String(type)}` : '网络断开')
    network = String(type)
  } else if (event === 'hidden') happen(t, 'off', '切到后台')
  else if (event === 'shown') happen(t, 'off', `回到前台，离开了 ${seconds(away)}`)
}

/** A round trip: from the moment that a message was handed to the socket to the server's acknowledgement. */
function messageRecord(t: number, event: string, { id }: Fields): void {
  if (event === 'sent') sentAt = { id, t }
  else if (event === 'acked' && sentAt && sentAt.id === id) measure(t - sentAt.t)
}

/** Takes one record of the SDK's log (the option `logFunc`). */
export function record({ t, area, event, fields = {} }: LogRecord): void {
  if (area === 'connection') connectionRecord(t, event, fields)
  else if (area === 'app') appRecord(t, event, fields)
  else if (area === 'message') messageRecord(t, event, fields)
  else if (area === 'slot') push(slots, t, Number(fields.taken))
  else if (area === 'heartbeat' && event === 'pong') measure(Number(fields.ms))
  else if (area === 'token' && event === 'renewed') happen(t, 'good', '令牌已续期')
}

/** The next attempt follows in `delay` ms. */
export function retryIn(delay: number): void {
  vitals.reconnects++
  happen(Date.now(), 'wait', `${seconds(delay)}后重连`)
}

/** Turns moments into bands, each lasting until the next; percentages of the window that ends now. */
function bands<Value>(moments: readonly Moment<Value>[], now: number) {
  const place = (at: number) => Math.min(100, Math.max(0, 100 - ((now - at) / SPAN) * 100))
  return moments
    .map(({ at, value }, index) => {
      const left = place(at)
      return { key: at + index / 1000, value, left, width: place(moments[index + 1]?.at ?? now) - left }
    })
    .filter(({ left, width }) => left + width > 0)
}

export function picture(now = Date.now()): Picture {
  return {
    spans: bands(states, now).map(({ value, ...band }) => ({ ...band, tone: toneOf(value) })),
    slots: bands(slots, now).map(({ value, ...band }) => ({ ...band, taken: Math.min(value, 3) })),
    marks: bands(attempts, now)
      .filter(({ left }) => left > 0)
      .map(({ key, left, value }) => ({ key, left, tone: value })),
    events,
  }
}

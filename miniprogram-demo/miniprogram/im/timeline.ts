// The last minutes of the connection as a picture: bands of states, marks of attempts, steps of slots. Fed by the SDK's log.
import type { LogRecord } from 'miniprogram-im'
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
const SPAN = 120_000
const MOST_EVENTS = 8
const MOST_RTTS = 12

const tones: Readonly<Record<string, Tone>> = {
  online: 'good',
  authorizing: 'wait',
  queued: 'wait',
  opening: 'wait',
  handshaking: 'wait',
  waiting: 'bad',
  gaveUp: 'bad',
  stopped: 'bad',
}
const toneOf = (state: string): Tone => tones[state] ?? 'off'

const states: Moment<string>[] = []
const attempts: Moment<Tone>[] = []
const slots: Moment<number>[] = []
const events: Happening[] = []
export const vitals = { taken: 0, max: 2, rtts: [] as number[], attempts: 0, reconnects: 0 }

let keys = 0
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

/** Takes one record of the SDK's log (the option `logFunc`). */
export function record({ t, area, event, fields = {} }: LogRecord): void {
  const reason = () => `${faceOf({ code: Number(fields.code) }).title}（${String(fields.code)}）`
  if (area === 'slot') {
    vitals.taken = Number(fields.taken)
    vitals.max = Number(fields.max)
    push(slots, t, vitals.taken)
  } else if (area === 'heartbeat' && event === 'pong') {
    vitals.rtts = [...vitals.rtts, Number(fields.ms)].slice(-MOST_RTTS)
  } else if (area === 'app' && event === 'network') {
    happen(t, 'off', fields.connected ? `网络恢复：${String(fields.type)}` : '网络断开')
  } else if (area === 'app' && (event === 'shown' || event === 'hidden')) {
    happen(t, 'off', event === 'hidden' ? '切到后台' : `回到前台，离开了 ${seconds(fields.away)}`)
  } else if (area === 'token' && event === 'renewed') {
    happen(t, 'good', '令牌已续期')
  } else if (area === 'connection') {
    if (event === 'state') push(states, t, String(fields.to))
    else if (event === 'attempt') {
      vitals.attempts++
      push(attempts, t, 'wait')
    } else if (event === 'accepted') {
      vitals.rtts = [...vitals.rtts, Number(fields.ms)].slice(-MOST_RTTS)
      push(attempts, t, 'good')
      happen(t, 'good', `连接成功，用时 ${String(fields.ms)} ms`)
    } else if (event === 'refused' || event === 'dropped') {
      push(attempts, t, 'bad')
      happen(t, 'bad', `${event === 'refused' ? '未能连上' : '连接断开'}：${reason()}`)
    } else if (event === 'delay') {
      vitals.reconnects++
      happen(t, 'wait', `${seconds(fields.delay)}后重连`)
    }
  }
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

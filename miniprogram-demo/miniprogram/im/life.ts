// The life of each message: every step with its time, what became of the link meanwhile, and why it failed.
// Fed by the SDK's log and events, kept on this phone; what is beside the phone may listen.
import type { Handlers, LogRecord, StateName } from 'miniprogram-im'
import { preciseTime } from './clock'
import { faceOf } from './words'

export type Step = 'written' | 'sent' | 'acked' | 'failed' | 'delivered' | 'read' | 'received'

export interface Moment {
  readonly id: string
  readonly step: Step
  readonly at: number
  /** Why it failed. */
  readonly code?: number
}

interface LinkMoment {
  readonly at: number
  readonly up: boolean
}

interface Kept {
  /** The newest last. */
  moments: Moment[]
  links: LinkMoment[]
}

export type Tone = 'good' | 'wait' | 'bad'

export interface Line {
  readonly key: number
  readonly time: string
  readonly tone: Tone
  readonly text: string
}

const MOST = 2000
const MOST_LINKS = 200
const SAVE_AFTER = 500

let user = ''
let kept: Kept = { moments: [], links: [] }
let saving: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<(moment: Moment) => void>()

const place = () => `life/${user}`

function save(): void {
  saving ??= setTimeout(() => {
    saving = undefined
    wx.setStorage({ key: place(), data: kept })
  }, SAVE_AFTER)
}

/** Hears every step from now on, until the returned function is called. */
export function onMoment(listener: (moment: Moment) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whose messages these are. */
export function enter(name: string): void {
  if (user === name) return
  user = name
  kept = wx.getStorageSync<Kept | ''>(place()) || { moments: [], links: [] }
}

export function note(id: string, step: Step, at = Date.now(), code?: number): void {
  const moment: Moment = { id, step, at, ...(code !== undefined && { code }) }
  kept.moments.push(moment)
  if (kept.moments.length > MOST) kept.moments.splice(0, MOST / 10)
  listeners.forEach((listener) => listener(moment))
  save()
}

const has = (id: string, step: Step) => kept.moments.some((moment) => moment.id === id && moment.step === step)

/** Of a message that was written here, and once each. */
const noteOnce = (id: string, step: Step) => {
  if (has(id, 'written') && !has(id, step)) note(id, step)
}

/** Takes one record of the SDK's log. */
export function record({ t, area, event, fields = {} }: LogRecord): void {
  if (area === 'message' && (event === 'sent' || event === 'acked' || event === 'failed')) {
    const id = String(fields.id)
    // Receipts are messages, too; their life is nobody's interest.
    if (has(id, 'written')) note(id, event, t, event === 'failed' ? Number(fields.code) : undefined)
  } else if (area === 'connection' && event === 'state') {
    const up = (fields.to as StateName) === 'online'
    if (up === (kept.links.at(-1)?.up ?? false)) return
    kept.links = [...kept.links, { at: t, up }].slice(-MOST_LINKS)
    save()
  }
}

/** For the connection: what others say of our messages, and theirs. */
export const handlers: Handlers = {
  onMessages: (messages) => messages.forEach(({ id }) => note(id, 'received')),
  onDeliveredMessage: ({ mid }) => noteOnce(mid, 'delivered'),
  onReadMessage: ({ mid }) => noteOnce(mid, 'read'),
}

/** The other side has read all of these. */
export function allRead(ids: readonly string[]): void {
  const idsOf = (step: Step) => new Set(kept.moments.filter((moment) => moment.step === step).map(({ id }) => id))
  const [written, read] = [idsOf('written'), idsOf('read')]
  ids.filter((id) => written.has(id) && !read.has(id)).forEach((id) => note(id, 'read'))
}

/** Why a message failed at its last try; -1 where this phone does not know. */
export const failureOf = (id: string): number =>
  kept.moments.filter((moment) => moment.id === id && moment.step === 'failed').at(-1)?.code ?? -1

const texts: Readonly<Record<Step, readonly [Tone, string]>> = {
  written: ['wait', '写好，存进发件箱'],
  sent: ['wait', '交给网络'],
  acked: ['good', '服务器收下'],
  failed: ['bad', '没有送出'],
  delivered: ['good', '送到对方手机'],
  read: ['good', '对方已读'],
  received: ['good', '到达这部手机'],
}

/** Everything that happened to a message, in order, with what the link did meanwhile. */
export function lifeOf(id: string): Line[] {
  const moments = kept.moments.filter((moment) => moment.id === id)
  const from = moments[0]?.at ?? Infinity
  const to = moments.at(-1)?.at ?? 0
  let tries = 0
  return [
    ...moments.map(({ step, at, code }) => {
      const [tone, text] = texts[step]
      const again = step === 'sent' && ++tries > 1 ? `（第 ${tries} 次）` : ''
      const why = step === 'failed' ? `：${faceOf({ code }).title}（${code ?? -1}）` : ''
      return { at, tone, text: text + again + why }
    }),
    ...kept.links
      .filter(({ at }) => at > from && at < to)
      .map(({ at, up }) => ({
        at,
        tone: up ? ('good' as const) : ('bad' as const),
        text: up ? '重新连上' : '连接断开',
      })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, tone, text }, key) => ({ key, tone, text, time: preciseTime(at) }))
}

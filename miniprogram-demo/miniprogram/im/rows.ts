// What a chat shows for each message, and the least that must be told to the view when that changes.
import type { ImageMessage, StoredMessage, VideoMessage } from 'miniprogram-im'
import { sizeOf, spanOf } from './attachments'
import { longTime } from './clock'
import type { Line } from './group-lines'
import { failureOf } from './life'
import { numberOf } from './order'
import { textOf } from './recalled'
import { lineOf } from './talk'
import { faceOf } from './words'

export interface Row {
  readonly id: string
  /** `line`: no message, but what happened in the group. */
  readonly kind: 'txt' | 'img' | 'audio' | 'video' | 'gone' | 'other' | 'line'
  readonly from: string
  readonly mine: boolean
  readonly state: StoredMessage['status']
  /** Under the bubble; the newest message keeps the place free, so that a receipt moves nothing. */
  readonly note: string
  readonly newest: boolean
  readonly text: string
  /** Taken back by its author, who may write it anew. */
  readonly again: boolean
  readonly time: number
  readonly url: string
  readonly width: number
  readonly height: number
  /** Of a voice or a video; 0 for the others. */
  readonly seconds: number
  /** Percent of an upload; -1 where there is none. */
  readonly progress: number
  /** Set where enough time has passed since the message before. */
  readonly clock: string
}

export interface Context {
  readonly me: string
  readonly pathOf: (message: ImageMessage | VideoMessage) => string
  readonly progressOf: (id: string) => number
}

const GAP = 5 * 60_000

function noteOf({ id, status }: StoredMessage): string {
  const code = failureOf(id)
  if (status === 'failed') return code < 0 ? '未送出，点感叹号看办法' : `未送出：${faceOf({ code }).title}`
  return { delivered: '已送达', read: '已读', sending: '', sent: '', received: '', recalled: '' }[status]
}

function wordsOf(message: StoredMessage, me: string): string {
  if (message.type === 'txt') return message.msg
  if (message.type === 'recalled') return lineOf(message, me)
  return `${lineOf(message, me)} 暂不支持查看`
}

const noShape = { url: '', width: 0, height: 0, seconds: 0 }

/** What is shown in place of words. */
function shapeOf(message: StoredMessage, pathOf: Context['pathOf']) {
  if (message.type === 'audio') return { ...noShape, ...spanOf(message) }
  if (message.type !== 'img' && message.type !== 'video') return noShape
  const seconds = message.type === 'video' ? Math.round(message.length ?? 0) : 0
  return { url: pathOf(message), ...sizeOf(message), seconds }
}

function kindOf({ type }: StoredMessage): Row['kind'] {
  if (type === 'recalled') return 'gone'
  return type === 'txt' || type === 'img' || type === 'audio' || type === 'video' ? type : 'other'
}

/** For the messages of a conversation, in order. */
export const rowsOf = (messages: readonly StoredMessage[], { me, pathOf, progressOf }: Context): Row[] =>
  messages.map((message, index) => {
    const before = messages[index - 1]
    const next = messages[index + 1]
    const mine = message.from === me
    // One note for a run of them; but each failure says its own reason.
    const told = next?.from === me && next.status === message.status && message.status !== 'failed'
    const kind = kindOf(message)
    return {
      id: message.id,
      kind,
      from: message.from,
      mine,
      state: message.status,
      note: mine && !told ? noteOf(message) : '',
      newest: !next,
      text: wordsOf(message, me),
      again: message.type === 'recalled' && textOf(message.id) !== '',
      time: message.time,
      ...shapeOf(message, pathOf),
      progress: (kind === 'img' || kind === 'video') && message.status === 'sending' ? progressOf(message.id) : -1,
      clock: !before || message.time - before.time > GAP ? longTime(message.time) : '',
    }
  })

const rowOfLine = ({ id, text }: Line): Row => ({
  id,
  kind: 'line',
  from: '',
  mine: false,
  state: 'received',
  note: '',
  newest: false,
  text,
  again: false,
  time: 0,
  ...noShape,
  progress: -1,
  clock: '',
})

/** The rows of these messages, with each line behind the message that it follows. `whole`: nothing older is still to be read. */
export function withLines(
  rows: readonly Row[],
  messages: readonly StoredMessage[],
  lines: readonly Line[],
  whole: boolean,
): Row[] {
  const first = messages[0]
  const left = lines.filter(({ after }) => whole || !first || after >= numberOf(first))
  const before = (number: number) => {
    const end = left.findIndex(({ after }) => after >= number)
    return left.splice(0, end < 0 ? left.length : end).map(rowOfLine)
  }
  return [...rows.flatMap((row, index) => [...before(numberOf(messages[index]!)), row]), ...before(Infinity)]
}

/** What setData must be given to turn the list `shown`, at `path`, into `wanted`: what is equal is not sent again. */
export function patchOf(path: string, shown: readonly Row[], wanted: readonly Row[]): Record<string, unknown> {
  if (wanted.length < shown.length) return { [path]: wanted }
  const changes: Record<string, unknown> = {}
  wanted.forEach((row, index) => {
    const old = shown[index]
    if (old?.id !== row.id) changes[`${path}[${index}]`] = row
    else
      for (const field of Object.keys(row) as (keyof Row)[])
        if (old[field] !== row[field]) changes[`${path}[${index}].${field}`] = row[field]
  })
  return changes
}

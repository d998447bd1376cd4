// What a long press on a message, or a tap on its exclamation mark, offers: what helps, and only what can be done.
import { failureOf } from './life'
import type { Row } from './rows'
import { faceOf, type Face } from './words'

/** What the chat does; the life of a message the menu shows itself. */
export type Choice = 'copy' | 'resend' | 'edit' | 'choose' | 'cancel' | 'recall' | 'delete'

export interface Picked {
  readonly id: string
  readonly choice: Choice
}

type Offer = Choice | 'life'

const names: Readonly<Record<Offer, string>> = {
  copy: '复制',
  resend: '重新发送',
  edit: '改一改再发',
  choose: '换一个',
  cancel: '取消发送',
  recall: '撤回',
  delete: '删除',
  life: '这条消息的一生',
}

export interface Menu {
  readonly id: string
  /** Why it was not sent, and what helps; empty for the others. */
  readonly hint: string
  readonly choices: readonly { readonly choice: Offer; readonly name: string }[]
}

/** Which the SDK's `recallMaxAge` is, too. */
const RECALL_FOR = 2 * 60_000

const told = ({ code, title, hint }: Face) => (code < 0 ? '没有送出，可以再发一次。' : `${title}（${code}）。${hint}`)

export function menuOf({ id, kind, state, mine, time }: Row, now = Date.now()): Menu {
  const face = state === 'failed' ? faceOf({ code: failureOf(id) }) : undefined
  const offers: Readonly<Record<Offer, boolean>> = {
    resend: face !== undefined && face.help !== 'change',
    edit: face !== undefined && kind === 'txt',
    choose: face !== undefined && (kind === 'img' || kind === 'video'),
    copy: kind === 'txt',
    cancel: state === 'sending',
    recall: mine && /^(sent|delivered|read)$/.test(state) && now - time < RECALL_FOR,
    life: kind !== 'gone',
    delete: state !== 'sending',
  }
  return {
    id,
    hint: face ? told(face) : '',
    choices: (Object.keys(offers) as Offer[])
      .filter((choice) => offers[choice])
      .map((choice) => ({ choice, name: names[choice] })),
  }
}

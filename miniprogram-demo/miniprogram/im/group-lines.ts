// What happened in a group, as the grey lines of its chat. Events are no messages: this phone keeps its own lines of them.
// An event has no time of its own, but comes in order with what is said: a line stands behind the last message before it.
import type { GroupEvent, Handlers, Message, StoredMessage } from 'miniprogram-im'
import { numberOf } from './order'

export interface Line {
  readonly id: string
  readonly group: string
  /** The number (im/order.ts) of the message behind which it stands; 0 where nothing had been said. */
  readonly after: number
  readonly text: string
}

/** Of all groups together; the oldest go first. */
const MOST = 500
const SAVE_AFTER = 100
/** Names in one line. */
const NAMED = 3

let user = ''
let lines: readonly Line[] = []
let said = new Map<string, number>()
let count = 0
let saving: ReturnType<typeof setTimeout> | undefined

const place = () => `lines/${user}`

function save(): void {
  if (saving !== undefined) clearTimeout(saving)
  saving = undefined
  wx.setStorage({ key: place(), data: lines })
}

/** Whose groups these are. */
export function enter(name: string): void {
  if (user === name) return
  if (saving !== undefined) save()
  user = name
  lines = wx.getStorageSync<readonly Line[] | ''>(place()) || []
  said = new Map()
}

/** A message of a group, of others or one's own: what happens next stands behind it. */
export function saw(message: Message | StoredMessage): void {
  const { to, chatType } = message
  if (chatType === 'groupChat') said.set(to, Math.max(said.get(to) ?? 0, numberOf(message)))
}

/** Chinese and Latin letters stand a space apart. */
const sentence = (...parts: readonly string[]): string =>
  parts.reduce((text, part) => text + (/\w$/.test(text) === /^\w/.test(part) ? '' : ' ') + part)

/** An event in words; none where the chat has nothing to tell. */
export function textsOf({ operation, from = '', by, members = [], userId = '', detail = {} }: GroupEvent, me: string) {
  const name = (id: string) => (id === me ? '你' : id)
  const who = name(from)
  const all = members.length ? members : [from]
  const named = all.slice(0, NAMED).map(name).join('、')
  const whom = all.length > NAMED ? sentence(named, `等 ${all.length} 人`) : named
  /** Somebody else brought them, or sent them away. */
  const host = by !== undefined && by !== from ? name(by) : ''
  const texts: Readonly<Record<string, () => readonly string[]>> = {
    directJoined: () => [from && from !== me ? sentence(who, '邀请你加入了群聊') : '你加入了群聊'],
    removeMember: () => [from === me ? '你离开了群聊' : from ? sentence(who, '把你移出了群聊') : '你已不在群里'],
    destroy: () => [from ? sentence(who, '解散了群聊') : '群聊已解散'],
    memberPresence: () => [host ? sentence(host, '邀请', whom, '加入了群聊') : sentence(whom, '加入了群聊')],
    memberAbsence: () => [host ? sentence(host, '把', whom, '移出了群聊') : sentence(whom, '离开了群聊')],
    membersPresence: () => texts.memberPresence!(),
    membersAbsence: () => texts.memberAbsence!(),
    updateInfo: () => [
      ...(detail.name !== undefined ? [sentence(who, `把群名改为“${detail.name}”`)] : []),
      ...(detail.description !== undefined ? [sentence(who, '修改了群介绍')] : []),
      ...(detail.inviteNeedConfirm !== undefined
        ? [sentence(who, `${detail.inviteNeedConfirm ? '开启' : '关闭'}了“入群需本人同意”`)]
        : []),
    ],
    changeOwner: () => [sentence(name(userId), '成为新群主')],
    rejectInvite: () => [sentence(who, '谢绝了入群邀请')],
  }
  return texts[operation]?.() ?? []
}

function hear(event: GroupEvent): void {
  const texts = textsOf(event, user)
  if (!texts.length) return
  const { id: group } = event
  const after = Math.max(said.get(group) ?? 0, linesOf(group).at(-1)?.after ?? 0)
  const fresh = texts.map((text) => ({ id: `line-${Date.now()}-${++count}`, group, after, text }))
  lines = [...lines, ...fresh].slice(-MOST)
  saving ??= setTimeout(save, SAVE_AFTER)
}

/** In order. */
export const linesOf = (group: string): Line[] => lines.filter((line) => line.group === group)

/** For the connection, before any page hears the same. Single messages: they alone keep the order among the events. */
export const handlers: Handlers = {
  onTextMessage: saw,
  onCustomMessage: saw,
  onImageMessage: saw,
  onAudioMessage: saw,
  onVideoMessage: saw,
  onFileMessage: saw,
  onLocationMessage: saw,
  onGroupEvent: hear,
}

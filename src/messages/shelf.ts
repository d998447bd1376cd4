// What a user does to conversations on this phone alone: deletes messages, pins, keeps a draft; with its bounds.
import { ConnectionError } from '../part'
import type { Clock } from '../ports/clock'
import { isName } from '../text/form'
import { utf8Size } from '../text/utf8'
import { isId, isMap, listOf } from './fields'
import type { History } from './history'
import type { Journal } from './journal'
import { keyOf } from './message'
import type { Outbox } from './outbox'
import { deleted } from './status'
import type { ConversationRef, Ext, MessageCalls } from './types'

const maxRemoved = 50
const maxPinned = 50
const maxFields = 200
const maxFieldBytes = 4096

export interface Store {
  readonly history: History
  readonly journal: Journal
  readonly outbox: Outbox
  readonly archive: unknown
}

const check = (valid: unknown, what: string) => {
  if (!valid) throw new ConnectionError('InvalidArgument', what)
}
const keyOfRef = (ref: ConversationRef): string => {
  const { conversationType, conversationId } = Object(ref) as ConversationRef
  check(/^(single|group)Chat$/.test(conversationType), 'conversationType')
  check(isName(conversationId), 'conversationId')
  return keyOf(conversationType, conversationId)
}

export const removeMessages = (
  { history, journal, outbox, archive }: Store,
  wanted: Parameters<MessageCalls['removeHistoryMessages']>[0],
): Promise<void> => {
  const { targetId, chatType = 'singleChat', messageIds } = Object(wanted) as typeof wanted
  const key = keyOfRef({ conversationType: chatType, conversationId: targetId })
  check(listOf(isId, maxRemoved)(messageIds), `messageIds: 1 to ${maxRemoved} ids`)
  outbox.cancel(({ id, chatType, to }) => messageIds.indexOf(id) >= 0 && keyOf(chatType, to) === key)
  const places = history.places(key, messageIds)
  // What the archive alone has is not shown again; who sent it is not known here.
  if (archive) places.push(...messageIds.filter((id) => !history.places(key, [id]).length).map((id) => `/${id}`))
  return places.length ? journal.compact(history.bury(key, places, deleted)) : journal.append()
}

export const pin = (
  { history, journal }: Store,
  clock: Pick<Clock, 'now'>,
  wanted: Parameters<MessageCalls['pinConversation']>[0],
): ReturnType<MessageCalls['pinConversation']> => {
  const key = keyOfRef(wanted)
  const { isPinned } = wanted
  check(typeof isPinned === 'boolean', 'isPinned')
  const { pinned = 0, custom = null } = history.notes().get(key) ?? {}
  const all = Array.from(history.notes().values()).filter((note) => note.pinned)
  check(!isPinned || pinned || all.length < maxPinned, `at most ${maxPinned} conversations are pinned`)
  const pinnedTime = isPinned ? pinned || clock.now() : 0
  return journal.append(['k', key, pinnedTime, custom]).then(() => ({ data: { isPinned, pinnedTime } }))
}

/** Takes a copy at once: what the app does to its own map afterwards is not kept. */
export const keepField = (
  wanted: Parameters<MessageCalls['setLocalConversationCustomField']>[0],
): ((store: Store) => Promise<void>) => {
  const key = keyOfRef(wanted)
  const { customField } = wanted
  check(isMap(customField), 'customField: a map')
  const json = JSON.stringify(customField)
  check(utf8Size(json) <= maxFieldBytes, `customField: at most ${maxFieldBytes} bytes`)
  const kept = json === '{}' ? null : (JSON.parse(json) as Ext)
  return ({ history, journal }) => {
    const notes = history.notes()
    const { pinned = 0, custom = null } = notes.get(key) ?? {}
    const all = Array.from(notes.values()).filter((note) => note.custom)
    check(
      kept === null || custom !== null || all.length < maxFields,
      `customField: in at most ${maxFields} conversations`,
    )
    return journal.append(['k', key, pinned, kept])
  }
}

// What was typed and not sent: the SDK keeps it with its conversation. A pause in typing keeps it, and so does leaving the page.
import { conn } from './client'
import type { Talk } from './talk'

/** Each keeping is a row in a file of the phone: not one for every key. */
const PAUSE = 300

export interface Draft {
  read(): Promise<string>
  typed(text: string): void
  /** Keeps at once what a pause would have kept. */
  keep(): void
}

export function draftOf({ peer, chatType }: Talk): Draft {
  const conversation = { conversationId: peer, conversationType: chatType }
  let text: string | undefined
  let timer: number | undefined
  const keep = () => {
    if (timer !== undefined) clearTimeout(timer)
    if (text === undefined) return
    const customField = text ? { draft: text } : {}
    text = undefined
    // What is refused or cannot be written is still in the box.
    conn()
      .setLocalConversationCustomField({ ...conversation, customField })
      .catch(() => undefined)
  }
  return {
    read: async () => draftIn((await conn().getLocalConversation(conversation)).data),
    typed(now) {
      text = now
      if (timer !== undefined) clearTimeout(timer)
      timer = setTimeout(keep, PAUSE)
    },
    keep,
  }
}

/** The draft of a conversation in the list. */
export function draftIn(
  conversation: { readonly customField?: Readonly<Record<string, unknown>> } | undefined,
): string {
  const draft = conversation?.customField?.draft
  return typeof draft === 'string' ? draft : ''
}

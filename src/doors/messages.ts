// The messages part, for `conn.use(messages())`.
import type { MessageOptions } from '../messages/options'
import { messagesPart, type Chat } from '../messages/part'
import type { Part } from '../part'
import { wxMessages } from '../wx/wx-messages'

/**
 * Messages, receipts, attachments, groups and the history of this phone. What arrived before this part came is handed to it
 * in order. `use` throws InvalidOption, which names the option that is wrong.
 */
export const messages = (options?: MessageOptions): Part<Chat> => messagesPart(wxMessages, options)

export { message } from '../messages/message'
export { VERSION } from '../version'
export type { MessageOptions } from '../messages/options'
export type { Chat } from '../messages/part'
export type * from '../messages/types'
export type { Part } from '../part'

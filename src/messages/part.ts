// Messages as a part: what an app sends, receives and reads back, with history, outbox, receipts, attachments and groups.
import { ConnectionError, takeErrors, type Host, type Part, type Running } from '../part'
import type { MessagesPlatform, Platform } from '../ports/platform'
import type { Emitter } from '../runtime/emitter'
import { wrongOption } from '../text/option'
import { VERSION } from '../version'
import { createMessaging } from './messaging'
import { completed, messageRules, type MessageOptions } from './options'
import type { MessageCalls, MessageEvents } from './types'

export interface Chat extends MessageCalls {
  /** Listens to one event; a listener that throws does not keep others from hearing. */
  on<E extends keyof MessageEvents>(event: E, listener: (payload: MessageEvents[E]) => void): this
  off<E extends keyof MessageEvents>(event: E, listener: (payload: MessageEvents[E]) => void): this
}

/** `adapt` gives what of the platform only this part uses. */
export const messagesPart = (
  adapt: (platform: Platform) => MessagesPlatform,
  options: MessageOptions = {},
): Part<Chat> => ({
  name: 'messages',
  version: VERSION,
  start: (host: Host): Running<Chat> => {
    takeErrors(host.errors)
    const wrong = wrongOption(messageRules, options)
    if (wrong) throw new ConnectionError('InvalidOption', wrong)
    if (options.historyProvider === 'server' && !host.settings.restBase)
      throw new ConnectionError('InvalidOption', "historyProvider 'server' needs apiUrl")
    const events = host.events as unknown as Emitter<MessageEvents>
    const messaging = createMessaging({
      ...host,
      ...adapt(host.platform),
      options: completed(options),
      emit: events.emit,
    })
    const api: Chat = Object.assign(messaging.calls, {
      on(event: never, listener: never) {
        events.on(event, listener)
        return api
      },
      off(event: never, listener: never) {
        events.off(event, listener)
        return api
      },
    })
    return { api, ...messaging }
  },
})

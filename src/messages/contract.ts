// What the message layer is given: its host, what of the platform only it uses, and its options.
import type { Host } from '../part'
import type { MessagesPlatform } from '../ports/platform'
import type { MessageEvents } from './types'
import type { CompleteOptions } from './options'

export interface MessagesHost extends Host, MessagesPlatform {
  readonly options: CompleteOptions
  emit<E extends keyof MessageEvents>(event: E, payload: MessageEvents[E]): void
}

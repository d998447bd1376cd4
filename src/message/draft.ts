// How a message that an app wants to send becomes one that may be sent, or why it may not.
import { utf8Size } from '../bytes/utf8'
import { ConnectionError } from '../errors/connection-error'
import type { Outgoing } from './history'
import { decode, encode, isId, isMap, newId } from './kinds'
import type { MessagingDeps } from './link'
import type { LocalFile, NewMessage } from './types'

const invalid = (what: string): never => {
  throw new ConnectionError('InvalidMessage', what)
}

type DraftDeps = Pick<
  MessagingDeps,
  'clock' | 'random' | 'useOwnUploadFun' | 'messageMaxBytes' | 'fileMaxBytes' | 'link'
>

/** A copy of what will be sent, checked. Throws what `send` rejects with. */
export const prepare = (deps: DraftDeps, user: string, wanted: NewMessage): Outgoing => {
  const { messageMaxBytes = 65536, fileMaxBytes = 10 << 20 } = deps
  if (!isMap(wanted)) return invalid('not an object')
  const given = wanted as Readonly<Record<string, unknown>>
  const { chatType = 'singleChat', to, type } = given
  if (chatType !== 'singleChat' && chatType !== 'groupChat') return invalid('chatType')
  if (!isId(to)) return invalid('to')
  const receipt = type === 'read' || type === 'channel'
  if (receipt && chatType !== 'singleChat') return invalid('chatType: receipts are for singleChat')
  const head = { chatType, to, from: user, time: deps.clock.now() } as const

  let file = type === 'img' || type === 'file' ? (given.file as LocalFile | undefined) : undefined
  if (given.url || !isMap(file) || typeof file.url !== 'string') file = undefined
  if (file && (deps.useOwnUploadFun || !deps.link.apiUrl()))
    return invalid('url: upload the file first, useOwnUploadFun is set or there is no apiUrl')
  if (file && (file.size ?? 0) > fileMaxBytes)
    throw new ConnectionError('FileTooLarge', `${file.size} of at most ${fileMaxBytes} bytes`)

  // Until the file has an address, one of the usual length stands in for it.
  const draft: Record<string, unknown> = {
    ...given,
    ...head,
    id: !receipt && given.id !== undefined ? given.id : newId(head.time, deps.random),
    ...(type === 'read' && { ids: [given.id] }),
    ...(file && { url: 'https://' + '-'.repeat(100) }),
  }
  let json: string
  try {
    json = encode(draft)
  } catch (error) {
    throw new ConnectionError('InvalidMessage', 'JSON cannot carry it', error)
  }
  const size = utf8Size(json)
  if (size > messageMaxBytes)
    throw new ConnectionError('MessageTooLarge', `${size} of at most ${messageMaxBytes} bytes`)
  const wire = decode(json, head.time)
  if (typeof wire === 'string') return invalid(wire)
  if (wire.type !== type || type === 'sync' || type === 'delivery') return invalid('type')
  const message: Record<string, unknown> = { ...wire, ...wire.body, ...head }
  delete message.body
  if (file) {
    delete message.url
    message.file = file
  }
  return message as unknown as Outgoing
}

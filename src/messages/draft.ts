// How a message that an app wants to send becomes one that may be sent, or why it may not.
import { isName } from '../text/form'
import { utf8Size } from '../text/utf8'
import { ConnectionError } from '../part'
import type { MessagesHost } from './contract'
import { isMap, isText, must } from './fields'
import { kinds } from './kinds'
import { newId, type AnyMessage } from './message'
import { decode, encode } from './payload'
import type { NewMessage } from './types'

/** A message of this user that goes out now. */
export const compose = (
  { platform }: Pick<MessagesHost, 'platform'>,
  from: string,
  to: string,
  type: string,
  more?: object,
): AnyMessage => {
  // By the phone's own clock, which may be corrected while the app runs.
  const time = platform.clock.now()
  return { id: newId(time, platform.random), type, chatType: 'singleChat', from, to, time, ...more }
}

/** Until the file has an address, one of the usual length stands in for it. */
const standIn = 'https://' + '-'.repeat(100)

/** A copy of what will be sent, checked. Throws what `send` rejects with. */
export const prepare = (host: MessagesHost, user: string, wanted: NewMessage): AnyMessage => {
  const { messageMaxBytes, fileMaxBytes, useOwnUploadFun } = host.options
  const given = Object(wanted) as Readonly<Record<string, unknown>>
  const { chatType = 'singleChat', to, type, id, url } = given
  const kind = kinds.get(type as string)
  must(kind && !kind.internal, 'type')
  must(chatType === 'singleChat' || chatType === 'groupChat', 'chatType')
  must(chatType === 'singleChat' || !kind.oneToOne, 'chatType: receipts are for one-to-one conversations')
  must(isName(to), 'to')
  const file = kind.attached && !url && isMap(given.file) && given.file
  if (file) {
    must(!useOwnUploadFun && host.settings.restBase, 'url: useOwnUploadFun is set, or there is no apiUrl')
    must(isText(file.url) && (file.thumb === undefined || isText(file.thumb)), 'file')
    if ((file.size as number) > fileMaxBytes)
      throw new ConnectionError('FileTooLarge', `${file.size as number} of at most ${fileMaxBytes} bytes`)
  }
  const draft = compose(host, user, to, type as string, {
    chatType,
    ...(kind.body ? kind.body(given) : id !== undefined && { id }),
  })
  let json: string
  try {
    json = encode({ ...given, ...draft, ...(file && { url: standIn }) })
  } catch (error) {
    throw new ConnectionError('InvalidMessage', 'JSON', error)
  }
  const size = utf8Size(json)
  if (size > messageMaxBytes)
    throw new ConnectionError('MessageTooLarge', `${size} of at most ${messageMaxBytes} bytes`)
  const message = decode(json, draft.time, draft)!
  if (file) {
    delete (message as { url?: unknown }).url
    Object.assign(message, { file })
  }
  return message
}

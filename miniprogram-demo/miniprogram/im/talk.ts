// A conversation: with a user or in a group. How it is named in a page's address and in storage.
import type { ChatType, StoredMessage } from 'miniprogram-im'

export interface Talk {
  /** A user id or a group id. */
  readonly peer: string
  readonly chatType: ChatType
}

export const keyOf = ({ peer, chatType }: Talk): string => `${chatType === 'groupChat' ? 'g' : 'u'}/${peer}`

export const talkOfKey = (key: string): Talk => ({
  peer: key.slice(2),
  chatType: key.startsWith('g/') ? 'groupChat' : 'singleChat',
})

/** The page that shows it. A phone does not encode what it is given. */
export const urlOf = ({ peer, chatType }: Talk): string =>
  `/pages/chat/index?peer=${encodeURIComponent(peer)}&chatType=${chatType}`

/** From the query of that page, which a phone does not decode. */
export const talkOf = ({ peer = '', chatType }: Readonly<Record<string, string | undefined>>): Talk => ({
  peer: decodeURIComponent(peer),
  chatType: chatType === 'groupChat' ? 'groupChat' : 'singleChat',
})

const whoOf = ({ from, chatType }: StoredMessage, me: string): string => {
  if (from === me) return '你'
  return chatType === 'groupChat' ? `${from} ` : '对方'
}

/** One line that stands for a message, as in a list. */
export function lineOf(message: StoredMessage, me: string): string {
  if (message.type === 'txt') return message.msg
  if (message.type === 'recalled') return `${whoOf(message, me)}撤回了一条消息`
  return { img: '[图片]', audio: '[语音]', video: '[视频]', file: '[文件]', loc: '[位置]', custom: '[消息]', cmd: '' }[
    message.type
  ]
}

// Easemob's names for our types, and for the codes of `onDisconnected`: what `import EC, { EasemobChat } from ...` gives.
// Source: Easemob, 初始化及登录, and the declarations of easemob-websdk 4.
import type { BaseConnection } from './connection/connection'
import type { ConnectionEvents, HandlersOf } from './connection/events'
import type { BaseOptions } from './connection/options'
import type { ConnectionError } from './errors/connection-error'
import type { LoginCalls } from './logins/part'
import type { MessageOptions } from './messages/options'
import type {
  AudioMessage,
  CmdMessage,
  CustomMessage,
  FileMessage,
  ImageMessage,
  LocationMessage,
  MessageCalls,
  MessageEvents,
  TextMessage,
  VideoMessage,
} from './messages/types'

/** Easemob's names for the codes of `onDisconnected` (its spelling). Source: Easemob, 初始化及登录. */
export const statusCode = {
  WEBIM_CONNCTION_USER_LOGIN_ANOTHER_DEVICE: 206,
  WEBIM_CONNCTION_USER_REMOVED: 207,
  WEBIM_CONNCTION_USER_KICKED_BY_CHANGE_PASSWORD: 216,
  WEBIM_CONNCTION_USER_KICKED_BY_OTHER_DEVICE: 217,
} as const

/** What `new EC.connection()` makes. */
export type Connection = BaseConnection<ConnectionEvents & MessageEvents> & MessageCalls & LoginCalls
export type ConnectionParameters = BaseOptions & MessageOptions
export type EventHandlerType = HandlersOf<ConnectionEvents & MessageEvents>
export type HandlerData = Readonly<Record<string, EventHandlerType>>
export type ErrorEvent = ConnectionError
export type { Login as OpenParameters } from './connection/login'
export type { Logger } from './log/api'
export type UserId = string
export type GroupId = string
export type {
  Answer as AsyncResult,
  AudioMessage as AudioMsgBody,
  ChannelEvent as ChannelMsgBody,
  ChatType,
  CmdMessage as CmdMsgBody,
  ConversationItem,
  ConversationRef as SessionParams,
  CustomMessage as CustomMsgBody,
  FileMessage as FileMsgBody,
  GroupEvent,
  GroupInfo,
  GroupMember,
  HistoryPage as HistoryMessages,
  ImageMessage as ImgMsgBody,
  LocationMessage as LocationMsgBody,
  NewMessage as CreateMsgType,
  Receipt as DeliveryMsgBody,
  Receipt as ReadMsgBody,
  SendResult as SendMsgResult,
  StoredMessage as LocalMessageBody,
  TextMessage as TextMsgBody,
  VideoMessage as VideoMsgBody,
} from './messages/types'

/** Any message that is received. */
export type MessageBody =
  TextMessage | CustomMessage | CmdMessage | ImageMessage | AudioMessage | VideoMessage | FileMessage | LocationMessage
export type MessageType = MessageBody['type']
export type ExcludeAckMessageBody = MessageBody

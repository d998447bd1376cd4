// Which calls the message layer adds to a connection: each becomes a method of its class, so that a subclass can override it.
import type { MessageCalls } from './types'

const calls: { readonly [Name in keyof MessageCalls]: 1 } = {
  send: 1,
  cancelMessage: 1,
  downloadRequest: 1,
  getLocalConversations: 1,
  getLocalConversation: 1,
  getHistoryMessages: 1,
  clearConversationUnreadCount: 1,
  removeLocalConversation: 1,
  deleteAllMessagesAndConversations: 1,
  createGroup: 1,
  joinGroup: 1,
  leaveGroup: 1,
  destroyGroup: 1,
  inviteUsersToGroup: 1,
  removeGroupMember: 1,
  getJoinedGroups: 1,
  getGroupInfo: 1,
  listGroupMembers: 1,
}

export const callNames = Object.keys(calls) as (keyof MessageCalls)[]

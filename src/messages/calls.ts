// Which calls the message layer adds to a connection: each becomes a method of its class, so that a subclass can override it.
import { ConnectionError } from '../part'
import type { MessageCalls } from './types'

const calls: { readonly [Name in keyof MessageCalls]: 1 } = {
  send: 1,
  cancelMessage: 1,
  recallMessage: 1,
  downloadRequest: 1,
  getLocalConversations: 1,
  getLocalConversation: 1,
  getHistoryMessages: 1,
  clearConversationUnreadCount: 1,
  removeHistoryMessages: 1,
  pinConversation: 1,
  setLocalConversationCustomField: 1,
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
  modifyGroup: 1,
  changeGroupOwner: 1,
  acceptGroupInvite: 1,
  rejectGroupInvite: 1,
  getGroupInvites: 1,
}

export const callNames = Object.keys(calls) as (keyof MessageCalls)[]

type Call = (...given: never[]) => unknown

/** Bad arguments are refused where every other refusal arrives: in the promise (`cancelMessage` and `downloadRequest` have none). */
export const answering = (calls: MessageCalls): MessageCalls => {
  const answered: Partial<Record<string, Call>> = {}
  for (const name of callNames) {
    const call = calls[name] as Call
    answered[name] = (...given) => {
      try {
        return call(...given)
      } catch (error) {
        if (name === 'cancelMessage' || name === 'downloadRequest') throw error
        return Promise.reject(
          error instanceof ConnectionError ? error : new ConnectionError('InvalidArgument', name, error),
        )
      }
    }
  }
  return answered as unknown as MessageCalls
}

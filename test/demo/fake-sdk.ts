// The SDK as the page tests see it: a connection that does nothing by itself and says what the test tells it to say.
// Its shape is checked against the real types, so that a change of the SDK turns the page tests red.
import { ConnectionError } from '../../src/errors/connection-error'
import type * as sdk from '../../src/index'

type Events = sdk.Handlers

export class FakeConnection {
  static newest: FakeConnection
  state: sdk.StateName = 'idle'
  handlers: Record<string, Events> = {}
  opened: sdk.Login[] = []
  sent: sdk.NewMessage[] = []
  conversations: sdk.ConversationItem[] = []
  messages: sdk.StoredMessage[] = []
  /** How the next open() ends; by default it does not. */
  outcome = new Promise<unknown>(() => undefined)

  constructor(readonly options: sdk.ConnectionOptions) {
    FakeConnection.newest = this
  }
  fire<E extends sdk.EventName>(event: E, payload: sdk.EventMap[E]): void {
    for (const handlers of Object.values(this.handlers)) handlers[event]?.(payload)
  }
  /** One record of the SDK's log. */
  log(area: sdk.LogRecord['area'], event: string, fields: Readonly<Record<string, unknown>>): void {
    this.options.logFunc?.({ t: Date.now(), level: 1, area, event, fields })
  }
  addEventHandler(id: string, handlers: Events): void {
    this.handlers[id] = handlers
  }
  removeEventHandler(id: string): void {
    this.handlers = Object.fromEntries(Object.entries(this.handlers).filter(([other]) => other !== id))
  }
  open(login: sdk.Login): Promise<unknown> {
    this.opened.push(login)
    return this.outcome
  }
  destroy = () => Promise.resolve({ confirmed: true })
  registerUser = () => Promise.resolve({})
  renewed: string[] = []
  renewToken = (token: string) => {
    this.renewed.push(token)
    return Promise.resolve()
  }
  user = 'alice'
  /** What the next send() meets at once; by default it is taken, as a message of the history. */
  refusal: Error | undefined
  stats = () => ({ sockets: 1, slots: { taken: 1, most: 1, max: 2 }, roundTrip: 12 })
  send(message: sdk.NewMessage): Promise<unknown> {
    this.sent.push(message)
    if (this.refusal) return Promise.reject(this.refusal)
    if (message.type !== 'channel' && message.type !== 'read') this.keep(message)
    return Promise.resolve({})
  }
  getLocalConversations = () => Promise.resolve({ data: this.conversations })
  getLocalConversation = ({ conversationId, conversationType }: sdk.ConversationRef) =>
    Promise.resolve({
      data: this.conversations.find(
        (one) => one.conversationId === conversationId && one.conversationType === conversationType,
      ),
    })
  private change(ref: sdk.ConversationRef, change: Partial<sdk.ConversationItem>): void {
    const { conversationId, conversationType } = ref
    const before = this.conversations.find((one) => one.conversationId === conversationId)
    this.conversations = [
      { unReadCount: 0, ...before, conversationId, conversationType, ...change },
      ...this.conversations.filter((one) => one !== before),
    ]
  }
  setLocalConversationCustomField = ({
    customField,
    ...ref
  }: Parameters<sdk.MessageCalls['setLocalConversationCustomField']>[0]) => {
    this.change(ref, { customField })
    return Promise.resolve()
  }
  pinConversation = ({ isPinned, ...ref }: Parameters<sdk.MessageCalls['pinConversation']>[0]) => {
    this.change(ref, { isPinned })
    return Promise.resolve({ data: { isPinned, pinnedTime: isPinned ? 1 : 0 } })
  }
  removeHistoryMessages = ({ messageIds }: sdk.MessagesRef) => {
    this.messages = this.messages.filter(({ id }) => !messageIds.includes(id))
    return Promise.resolve()
  }
  recallMessage = ({ mid }: { mid: string }): Promise<void> => {
    if (this.refusal) return Promise.reject(this.refusal)
    this.messages = this.messages.map((one) => {
      const { id, chatType, from, to, time } = one
      return id === mid ? { id, chatType, from, to, time, type: 'recalled', status: 'recalled' } : one
    })
    return Promise.resolve()
  }
  private keep(message: Exclude<sdk.NewMessage, sdk.ReadReceipt | sdk.ChannelReceipt>): void {
    const { id } = message
    const kept = { from: this.user, time: Date.now(), status: 'sent', ...message } as sdk.StoredMessage
    this.messages = [...this.messages.filter((other) => other.id !== id), kept]
  }
  cancelMessage = () => false
  getJoinedGroups = () => Promise.resolve({ data: [] as sdk.GroupInfo[] })
  invites: sdk.GroupInvite[] = []
  getGroupInvites = () => Promise.resolve({ data: this.invites })
  private answer(groupId: string): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal)
    this.invites = this.invites.filter(({ groupid }) => groupid !== groupId)
    return Promise.resolve()
  }
  acceptGroupInvite = ({ groupId }: sdk.GroupRef) => this.answer(groupId)
  rejectGroupInvite = ({ groupId }: sdk.GroupRef) => this.answer(groupId)
  /** The one group there is. */
  group: sdk.GroupInfo = { groupid: 'g1', groupname: '爬山', owner: 'alice', affiliations_count: 1 }
  members: string[] = []
  created: Parameters<sdk.MessageCalls['createGroup']>[0]['data'][] = []
  createGroup = ({ data }: Parameters<sdk.MessageCalls['createGroup']>[0]) => {
    this.created.push(data)
    return Promise.resolve({ data: { groupid: 'g1' } })
  }
  getGroupInfo = () => Promise.resolve({ data: [this.group] })
  listGroupMembers = () =>
    Promise.resolve({
      data: [{ owner: this.group.owner }, ...this.members.map((member) => ({ member }))] as sdk.GroupMember[],
    })
  private changeGroup<T>(change: Partial<sdk.GroupInfo>, data: T): Promise<{ data: T }> {
    if (this.refusal) return Promise.reject(this.refusal)
    this.group = { ...this.group, ...change }
    return Promise.resolve({ data })
  }
  modifyGroup = ({
    groupName: groupname = this.group.groupname,
    inviteNeedConfirm = this.group.inviteNeedConfirm,
  }: Parameters<sdk.MessageCalls['modifyGroup']>[0]) =>
    this.changeGroup({ groupname, ...(inviteNeedConfirm !== undefined && { inviteNeedConfirm }) }, {})
  changeGroupOwner = ({ newOwner }: Parameters<sdk.MessageCalls['changeGroupOwner']>[0]) => {
    this.members = this.members.map((one) => (one === newOwner ? this.group.owner : one))
    return this.changeGroup({ owner: newOwner }, { newowner: true })
  }
  /** Behind the phone's own messages: nothing, or what cannot be asked for now. */
  archive: 'none' | 'unreachable' = 'none'
  /** `messages` are all of one conversation, oldest first. */
  getHistoryMessages = ({ cursor, pageSize = 20 }: sdk.HistoryRequest) => {
    const from = Number(cursor ?? 0)
    const newestFirst = [...this.messages].reverse()
    const page: sdk.HistoryPage = {
      messages: newestFirst.slice(from, from + pageSize),
      cursor: String(from + pageSize),
      isLast: this.archive === 'none' && from + pageSize >= newestFirst.length,
      ...(this.archive === 'unreachable' && { error: new ConnectionError('NotConnected') }),
    }
    return Promise.resolve(page)
  }
  clearConversationUnreadCount = () => Promise.resolve()
  downloadRequest = (url: string) => ({ url, header: {} })
}

/** Fails to compile where the fake promises more than the SDK has. */
export type Checked = Pick<sdk.Connection, Extract<keyof FakeConnection, keyof sdk.Connection>>

let ids = 0
let log = '{"header":"miniprogram-im"}\n'

export const setLog = (records: readonly sdk.LogRecord[]): void => {
  log = ['{"header":"miniprogram-im"}', ...records.map((record) => JSON.stringify(record))].join('\n')
}

export const logger = {
  export: () => Promise.resolve(log),
  clear: () => {
    setLog([])
    return Promise.resolve()
  },
}

export { ErrorCode } from '../../src/errors/codes'

const message = { create: (draft: object) => ({ id: `new-${++ids}`, ...draft }) }

export default { connection: FakeConnection, message, logger }

// The conversations, read from the phone's own history: there before the connection is. With what waits in each of them:
// a draft, a message on its way, one that failed.
import type { ConversationItem } from 'miniprogram-im'
import { conn, currentAccount, follow, watch, type Link } from '../../im/client'
import { shortTime } from '../../im/clock'
import { draftIn } from '../../im/drafts'
import { nameOfGroup } from '../../im/groups'
import { watchInvites } from '../../im/invites'
import { keyOf, lineOf, talkOfKey, urlOf, type Talk } from '../../im/talk'

interface Row {
  readonly key: string
  readonly name: string
  readonly unread: number
  readonly time: string
  readonly pinned: boolean
  readonly mark: '' | 'draft' | 'sending' | 'failed'
  readonly last: string
}

const titles: Partial<Record<Link['kind'], string>> = { online: '消息', connecting: '消息(连接中…)' }
const oneLine = (text: string) => text.replace(/\s+/g, ' ')

const nameOf = ({ peer, chatType }: Talk, me: string): string =>
  chatType === 'groupChat' ? nameOfGroup(me, peer) : peer

function rowOf(conversation: ConversationItem, me: string): Row {
  const { conversationId, conversationType, unReadCount, lastMessage: shown, isPinned = false } = conversation
  const draft = draftIn(conversation)
  const talk: Talk = { peer: conversationId, chatType: conversationType }
  const state = shown?.status
  const author =
    shown && conversationType === 'groupChat' && shown.from !== me && state !== 'recalled' ? `${shown.from}：` : ''
  return {
    key: keyOf(talk),
    name: nameOf(talk, me),
    unread: unReadCount,
    time: shown ? shortTime(shown.time) : '',
    pinned: isPinned,
    mark: draft ? 'draft' : state === 'sending' || state === 'failed' ? state : '',
    last: oneLine(draft || (shown ? author + lineOf(shown, me) : '')),
  }
}

Page({
  data: { conversations: [] as Row[], loaded: false, invites: 0 },
  unread: 0,
  stop: (): unknown => undefined,
  unwatch: (): unknown => undefined,
  unfollow: (): unknown => undefined,

  onLoad() {
    if (!currentAccount()) return void wx.reLaunch({ url: '/pages/login/index' })
    const refresh = () => void this.refresh()
    this.unfollow = follow({
      onStoreOpened: refresh,
      onMessages: refresh,
      onReceivedMessage: refresh,
      onMessageFailed: refresh,
      onRecallMessage: refresh,
      // Also from another device of this user: what was read there is read here.
      onReadMessage: refresh,
      onChannelMessage: refresh,
      onGroupEvent: refresh, // a group has another name
    })
    this.stop = watchInvites(({ length: invites }) => {
      this.setData({ invites })
      this.badge()
    })
  },

  onShow() {
    if (!currentAccount()) return
    // The title belongs to the page on screen, so only while this one is.
    this.unwatch = watch(({ kind }) => void wx.setNavigationBarTitle({ title: titles[kind] ?? '消息(未连接)' }))
    void this.refresh()
  },

  onHide() {
    this.unwatch()
  },

  onUnload() {
    this.unwatch()
    this.unfollow()
    this.stop()
  },

  async refresh() {
    const me = currentAccount()?.user ?? ''
    const { data } = await conn().getLocalConversations()
    const rows = data.map((item) => rowOf(item, me))
    this.setData({ conversations: rows, loaded: true })
    this.unread = data.reduce((sum, { unReadCount }) => sum + unReadCount, 0)
    this.badge()
  },

  badge() {
    const waiting = this.unread + this.data.invites
    if (waiting) wx.setTabBarBadge({ index: 0, text: waiting > 99 ? '99+' : String(waiting) })
    else wx.removeTabBarBadge({ index: 0 })
  },

  enter(event: WechatMiniprogram.TouchEvent<object, object, { key: string }>) {
    wx.navigateTo({ url: urlOf(talkOfKey(event.currentTarget.dataset.key)) })
  },

  /** A long press keeps it at the top, or lets it go. */
  async pin(event: WechatMiniprogram.TouchEvent<object, object, { key: string; pinned: boolean }>) {
    const { key, pinned } = event.currentTarget.dataset
    const { peer, chatType } = talkOfKey(key)
    await conn()
      .pinConversation({ conversationId: peer, conversationType: chatType, isPinned: !pinned })
      .then(
        () => wx.showToast({ title: pinned ? '已取消置顶' : '已置顶', icon: 'none' }),
        () => wx.showToast({ title: '最多置顶 50 个会话', icon: 'none' }),
      )
    await this.refresh()
  },

  openInvites() {
    wx.navigateTo({ url: '/pages/invites/index' })
  },

  compose() {
    wx.navigateTo({ url: '/pages/new/index' })
  },
})

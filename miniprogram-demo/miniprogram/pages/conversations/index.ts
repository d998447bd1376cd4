// The conversations, read from the phone's own history: there before the connection is. With what waits in each of them:
// a draft, a message on its way, one that failed.
import type { ConversationItem } from 'miniprogram-im'
import { conn, currentAccount, follow, watch, type Link } from '../../im/client'
import { shortTime } from '../../im/clock'
import { deletedBy } from '../../im/deleted'
import { draftsOf } from '../../im/drafts'
import { nameOfGroup } from '../../im/groups'
import { keyOf, lineOf, talkOfKey, urlOf, type Talk } from '../../im/talk'

interface Row {
  readonly key: string
  readonly name: string
  readonly unread: number
  readonly time: string
  readonly mark: '' | 'draft' | 'sending' | 'failed'
  readonly last: string
}

const titles: Partial<Record<Link['kind'], string>> = { online: '消息', connecting: '消息(连接中…)' }
const oneLine = (text: string) => text.replace(/\s+/g, ' ')

const nameOf = ({ peer, chatType }: Talk, me: string): string =>
  chatType === 'groupChat' ? nameOfGroup(me, peer) : peer

function rowOf(
  { conversationId, conversationType, unReadCount, lastMessage }: ConversationItem,
  me: string,
  draft = '',
): Row {
  const talk: Talk = { peer: conversationId, chatType: conversationType }
  const shown = lastMessage && !deletedBy(me).has(lastMessage.id) ? lastMessage : undefined
  const state = shown?.status
  const author = shown && conversationType === 'groupChat' && shown.from !== me ? `${shown.from}：` : ''
  return {
    key: keyOf(talk),
    name: nameOf(talk, me),
    unread: unReadCount,
    time: lastMessage ? shortTime(lastMessage.time) : '',
    mark: draft ? 'draft' : state === 'sending' || state === 'failed' ? state : '',
    last: oneLine(draft || (shown ? author + lineOf(shown) : '')),
  }
}

Page({
  data: { conversations: [] as Row[], loaded: false },
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
  },

  async refresh() {
    const me = currentAccount()?.user ?? ''
    const drafts = draftsOf(me)
    const { data } = await conn().getLocalConversations()
    const rows = data.map((item) =>
      rowOf(item, me, drafts[keyOf({ peer: item.conversationId, chatType: item.conversationType })]),
    )
    // A draft to somebody who was never written to is a conversation, too.
    const begun = Object.entries(drafts)
      .filter(([key]) => !rows.some((row) => row.key === key))
      .map(([key, draft]): Row => ({
        key,
        name: nameOf(talkOfKey(key), me),
        unread: 0,
        time: '',
        mark: 'draft',
        last: oneLine(draft),
      }))
    this.setData({ conversations: [...begun, ...rows], loaded: true })
    const unread = data.reduce((sum, { unReadCount }) => sum + unReadCount, 0)
    if (unread) wx.setTabBarBadge({ index: 0, text: unread > 99 ? '99+' : String(unread) })
    else wx.removeTabBarBadge({ index: 0 })
  },

  enter(event: WechatMiniprogram.TouchEvent<object, object, { key: string }>) {
    wx.navigateTo({ url: urlOf(talkOfKey(event.currentTarget.dataset.key)) })
  },

  compose() {
    wx.navigateTo({ url: '/pages/new/index' })
  },
})

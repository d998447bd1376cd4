// The conversations, read from the phone's own history: there before the connection is.
import type { ConversationItem, StoredMessage } from 'miniprogram-im'
import { conn, currentAccount, follow, watch, type Link } from '../../im/client'
import { shortTime } from '../../im/clock'

interface Row {
  readonly key: string
  readonly name: string
  readonly unread: number
  readonly time: string
  readonly last: string
}

const titles: Partial<Record<Link['kind'], string>> = { online: '消息', connecting: '消息(连接中…)' }

function preview(message: StoredMessage): string {
  const failed = message.status === 'failed' ? '[发送失败] ' : ''
  if (message.type === 'txt') return failed + message.msg
  return failed + { img: '[图片]', file: '[文件]', loc: '[位置]', custom: '[消息]', cmd: '' }[message.type]
}

const rowOf = ({ conversationId, unReadCount, lastMessage }: ConversationItem): Row => ({
  key: conversationId,
  name: conversationId,
  unread: unReadCount,
  time: lastMessage ? shortTime(lastMessage.time) : '',
  last: lastMessage ? preview(lastMessage) : '',
})

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
    const { data } = await conn().getLocalConversations()
    this.setData({ conversations: data.map(rowOf), loaded: true })
    const unread = data.reduce((sum, { unReadCount }) => sum + unReadCount, 0)
    if (unread) wx.setTabBarBadge({ index: 0, text: unread > 99 ? '99+' : String(unread) })
    else wx.removeTabBarBadge({ index: 0 })
  },

  enter(event: WechatMiniprogram.TouchEvent<object, object, { key: string }>) {
    wx.navigateTo({ url: `/pages/chat/index?peer=${event.currentTarget.dataset.key}` })
  },

  async compose() {
    const { confirm, content } = await wx.showModal({
      title: '发起聊天',
      editable: true,
      placeholderText: '对方的用户名',
    })
    const peer = content.trim()
    if (confirm && peer) wx.navigateTo({ url: `/pages/chat/index?peer=${peer}` })
  },
})

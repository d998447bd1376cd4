// One conversation. What is shown is what the phone's history says, read again whenever the SDK reports a change.
import EC, { type NewMessage, type StoredMessage } from 'miniprogram-im'
import { conn, currentAccount, follow, watch } from '../../im/client'
import { longTime } from '../../im/clock'
import { pathOf, sizeOf } from '../../im/images'

interface Shown {
  readonly id: string
  readonly type: string
  readonly from: string
  readonly mine: boolean
  readonly state: StoredMessage['status']
  readonly note: string
  readonly newest: boolean
  readonly text: string
  readonly url: string
  readonly width: number
  readonly height: number
  /** Set where enough time has passed since the message before. */
  readonly clock: string
}

const notes: Partial<Record<StoredMessage['status'], string>> = {
  failed: '未送出，点感叹号重发',
  delivered: '已送达',
  read: '已读',
}
const GAP = 5 * 60_000

Page({
  data: {
    peer: '',
    messages: [] as Shown[],
    draft: '',
    bottom: '',
    marker: 0,
    offline: false,
    loaded: false,
  },
  stored: [] as StoredMessage[],
  cursor: '',
  stop: [] as (() => void)[],

  onLoad({ peer = '' }) {
    this.setData({ peer })
    wx.setNavigationBarTitle({ title: peer })
    const refresh = () => void this.refresh()
    this.stop = [
      watch(({ kind }) => this.setData({ offline: kind !== 'online' })),
      follow({
        onStoreOpened: refresh,
        onMessages: () => void this.refresh().then(() => this.readAll()),
        onReceivedMessage: refresh,
        onDeliveredMessage: refresh,
        onReadMessage: refresh,
        onChannelMessage: refresh,
        onMessageFailed: refresh,
      }),
    ]
    void this.refresh().then(() => this.readAll())
  },

  onUnload() {
    this.stop.forEach((stop) => stop())
  },

  async refresh() {
    const page = await conn().getHistoryMessages({ targetId: this.data.peer, pageSize: 30 })
    const newest = page.messages.reverse()
    const oldest = newest[0]?.id
    const older = this.stored.slice(
      0,
      Math.max(
        0,
        this.stored.findIndex(({ id }) => id === oldest),
      ),
    )
    if (!older.length) this.cursor = page.isLast ? '' : page.cursor
    const grown = newest.at(-1)?.id !== this.stored.at(-1)?.id
    this.stored = [...older, ...newest]
    this.draw(grown)
  },

  async older() {
    if (!this.cursor) return
    const page = await conn().getHistoryMessages({ targetId: this.data.peer, cursor: this.cursor, pageSize: 30 })
    this.cursor = page.isLast ? '' : page.cursor
    this.stored = [...page.messages.reverse(), ...this.stored]
    this.draw(false)
  },

  draw(toBottom: boolean) {
    const me = currentAccount()?.user
    const messages = this.stored.map((message, index): Shown => {
      const before = this.stored[index - 1]
      const next = this.stored[index + 1]
      const mine = message.from === me
      const told = next && next.from === me && next.status === message.status // one note for a run of them
      const isImage = message.type === 'img'
      return {
        id: message.id,
        type: message.type,
        from: message.from,
        mine,
        state: message.status,
        note: (mine && !told ? notes[message.status] : undefined) ?? '',
        newest: !next,
        text: message.type === 'txt' ? message.msg : '[暂不支持的消息]',
        url: isImage ? pathOf(message, () => this.draw(false)) : '',
        ...(isImage ? sizeOf(message) : { width: 0, height: 0 }),
        clock: !before || message.time - before.time > GAP ? longTime(message.time) : '',
      }
    })
    this.setData({ messages, loaded: true })
    if (!toBottom) return
    const marker = this.data.marker + 1
    this.setData({ marker })
    this.setData({ bottom: `bottom-${marker}` })
  },

  /** Tells the other side that everything here was read. */
  readAll() {
    const last = this.stored.at(-1)
    if (!last || last.from === currentAccount()?.user) return
    const peer = this.data.peer
    conn()
      .clearConversationUnreadCount({ conversationId: peer, conversationType: 'singleChat' })
      .catch(() => undefined)
    conn()
      .send(EC.message.create({ type: 'channel', to: peer, chatType: 'singleChat' }))
      .catch(() => undefined)
  },

  deliver(message: NewMessage) {
    // Its outcome shows in the history; waiting in the outbox is no failure.
    conn()
      .send(message)
      .catch(() => undefined)
      .then(() => this.refresh())
    void this.refresh()
  },

  type(event: WechatMiniprogram.Input) {
    this.setData({ draft: event.detail.value })
  },

  send() {
    const msg = this.data.draft.trim()
    if (!msg) return
    this.setData({ draft: '' })
    this.deliver(EC.message.create({ type: 'txt', chatType: 'singleChat', to: this.data.peer, msg }))
  },

  resend(event: WechatMiniprogram.TouchEvent<object, object, { id: string }>) {
    const message = this.stored.find(({ id }) => id === event.currentTarget.dataset.id)
    if (message) this.deliver(message)
  },

  async chooseImage() {
    const { tempFiles } = await wx.chooseMedia({ count: 1, mediaType: ['image'] })
    const [file] = tempFiles
    if (!file) return
    const { width, height } = await wx.getImageInfo({ src: file.tempFilePath })
    const to = this.data.peer
    const source = { url: file.tempFilePath, size: file.size }
    this.deliver(EC.message.create({ type: 'img', chatType: 'singleChat', to, file: source, width, height }))
  },

  preview(event: WechatMiniprogram.TouchEvent<object, object, { url: string }>) {
    const { url } = event.currentTarget.dataset
    if (url) wx.previewImage({ urls: [url] })
  },
})

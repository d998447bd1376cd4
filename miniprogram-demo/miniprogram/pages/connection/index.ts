// How the connection stands, what it did in the last minutes, and drills that break it.
import { conn, currentAccount, currentLink, logout, reconnectNow, renew, type Link } from '../../im/client'
import { dropSocket, stayInBackground } from '../../im/drill'
import { kick } from '../../im/server'
import { settings } from '../../im/settings'
import { vitals, type Tone } from '../../im/timeline'
import { faceOf } from '../../im/words'

interface Hero {
  readonly tone: Tone
  readonly title: string
  readonly hint: string
  readonly action?: string
}

function lasted(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return seconds < 60 ? `${seconds} 秒` : `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`
}

function heroOf(link: Link, now: number): Hero {
  switch (link.kind) {
    case 'online':
      return { tone: 'good', title: '已连接', hint: `已稳定在线 ${lasted(now - link.since)}` }
    case 'connecting':
      return { tone: 'wait', title: '连接中', hint: '正在与服务器握手' }
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((link.retryAt - now) / 1000))
      const hint = `${link.face.title} · 第 ${link.attempt} 次`
      return { tone: 'wait', title: `${seconds} 秒后重连`, hint, action: '立即重连' }
    }
    case 'offline':
      return { tone: 'off', title: '网络不可用', hint: '网络恢复后会自动连上，不消耗重连次数' }
    default:
      return { tone: 'bad', title: '未登录', hint: '' }
  }
}

async function ask(title: string, placeholderText: string): Promise<string | undefined> {
  const { confirm, content } = await wx.showModal({ title, editable: true, placeholderText })
  return confirm && content ? content : undefined
}

const tell = (title: string) => wx.showToast({ title, icon: 'none' })

Page({
  data: {
    hero: {} as Hero,
    taken: 0,
    slots: [] as { key: number; taken: boolean }[],
    rtt: undefined as number | undefined,
    rtts: [] as { key: number; height: number }[],
    attempts: 0,
    reconnects: 0,
    user: '',
    server: '',
  },
  timer: 0,

  onShow() {
    const account = currentAccount()
    if (!account) return void wx.reLaunch({ url: '/pages/login/index' })
    this.setData({ user: account.user, server: account.server })
    this.draw()
    this.timer = setInterval(() => this.draw(), 500)
  },

  onHide() {
    clearInterval(this.timer)
  },

  onUnload() {
    clearInterval(this.timer)
  },

  draw() {
    const link = currentLink()
    const { rtts, attempts, reconnects } = vitals
    const { slots } = conn().stats()
    const highest = Math.max(...rtts, 1)
    this.setData({
      hero: heroOf(link, Date.now()),
      taken: slots.taken,
      slots: Array.from({ length: slots.max }, (_, key) => ({ key, taken: key < slots.taken })),
      rtt: link.kind === 'online' ? rtts.at(-1) : undefined,
      rtts: rtts.map((ms, key) => ({ key, height: Math.round((ms / highest) * 100) })),
      attempts,
      reconnects,
    })
  },

  retry() {
    reconnectNow()
  },

  drop() {
    dropSocket()
  },

  background() {
    tell('演练：后台 10 秒')
    stayInBackground(10)
  },

  async renew() {
    try {
      if (await renew()) return void tell('令牌已续期')
      const password = await ask('续期令牌', '登录密码')
      if (password && (await renew(password))) tell('令牌已续期')
    } catch (error) {
      tell(faceOf(error).title)
    }
  },

  async kick() {
    const account = currentAccount()
    const secret = settings.secret || (await ask('踢我下线', '开发服务器的管理员密钥'))
    if (!account || !secret) return
    settings.secret = secret
    kick(account, account.user, secret).catch((error: unknown) => tell(faceOf(error).hint))
  },

  async logout() {
    const { confirm } = await wx.showModal({
      title: '退出登录',
      content: '聊天记录会留在这部手机上。',
      confirmColor: '#fa5151',
      confirmText: '退出',
    })
    if (!confirm) return
    void logout() // the socket closes by itself
    wx.reLaunch({ url: '/pages/login/index' })
  },
})

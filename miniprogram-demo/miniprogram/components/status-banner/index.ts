// The strip above a page that says why the link is down and what happens next. Nothing while all is well.
import { currentLink, reconnectNow, watch, type Link } from '../../im/client'

interface Banner {
  readonly tone: 'off' | 'wait'
  readonly mark: string
  readonly text: string
  readonly action?: string
}

function bannerOf(link: Link, now: number): Banner | null {
  switch (link.kind) {
    case 'offline':
      return { tone: 'off', mark: '!', text: '当前网络不可用，请检查网络设置' }
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((link.retryAt - now) / 1000))
      const when = seconds ? `${seconds} 秒后第 ${link.attempt} 次重连` : `正在第 ${link.attempt} 次重连`
      return { tone: 'wait', mark: '…', text: `${link.face.title}，${when}`, action: '立即重连' }
    }
    case 'connecting':
      return { tone: 'wait', mark: '…', text: '正在连接服务器' }
    default:
      return null
  }
}

/** How each banner on screen stops listening. */
const stops = new WeakMap<object, () => void>()

Component({
  data: { banner: null as Banner | null },
  lifetimes: {
    attached() {
      const draw = () => this.setData({ banner: bannerOf(currentLink(), Date.now()) })
      const unwatch = watch(draw)
      const timer = setInterval(() => {
        if (currentLink().kind === 'waiting') draw() // the countdown
      }, 500)
      stops.set(this, () => {
        clearInterval(timer)
        unwatch()
      })
    },
    detached() {
      stops.get(this)?.()
    },
  },
  methods: {
    retry() {
      reconnectNow()
    },
  },
})

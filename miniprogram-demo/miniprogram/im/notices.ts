// Whether this user is to be asked for notices of messages that come while away, and what became of asking.
// WeChat asks only inside a tap, and one "allow" is one notice: so it is offered after a message was sent, once a day at most,
// and never again to somebody who refused. docs/notifications.md has the server's side.
import { settings } from './settings'

/** What the app remembers: when it last offered, and whether the user refused. */
interface Offered {
  readonly at: number
  readonly refused?: boolean
}

const DAY = 86_400_000
const key = (user: string) => `notices/${user}`

export function mayOffer(user: string): boolean {
  // An old base library has no such API, whatever its types say.
  if (!settings.template || !(wx as Partial<typeof wx>).requestSubscribeMessage) return false
  const { at, refused } = wx.getStorageSync<Offered | ''>(key(user)) || { at: 0 }
  // A clock that went back does not silence it for good.
  return !refused && Math.abs(Date.now() - at) > DAY
}

const remember = (user: string, refused: boolean): void => wx.setStorageSync(key(user), { at: Date.now(), refused })

/** "Not now": offered again another day. */
export const putOff = (user: string): void => remember(user, false)

const reasons: Readonly<Record<number, string>> = {
  10002: '网络不好，没能询问，请稍后再试。',
  10003: '网络不好，没能订阅，请稍后再试。',
  10005: '小程序退到了后台，没能询问。',
  20004: '你关闭了本小程序的通知。要打开：右上角“…” → 设置 → 订阅消息。',
}

/** Tells the app's own server that it may send one more; it knows the user by the code of wx.login. */
function tellOwnServer(): void {
  if (!settings.backend) return
  wx.login({
    success: ({ code }) => void wx.request({ url: `${settings.backend}/subscribed`, method: 'POST', data: { code } }),
  })
}

/** Call it in a tap handler, nowhere else. Resolves with what is to be said to the user; refusing is fine and needs no word. */
export function askForNotice(user: string): Promise<string> {
  const { template } = settings
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: [template],
      success(answer) {
        const decision = (answer as unknown as Readonly<Record<string, string | undefined>>)[template]
        remember(user, decision !== 'accept')
        if (decision === 'accept') tellOwnServer()
        if (decision === 'accept') resolve('好的。你离开后有新消息时，微信会通知你一次。')
        else resolve(decision === 'reject' ? '' : '这种通知目前不能发送。')
      },
      fail({ errCode }) {
        putOff(user)
        resolve(reasons[errCode] ?? `微信没有询问（${errCode}）。`)
      },
    })
  })
}

// Accidents on demand: hands the SDK a `wx` of which the app can break the socket or fake a stay in the background.
import type { WxApi } from 'miniprogram-im'

type Listen = (listener: (result: never) => void) => void

let task: WechatMiniprogram.SocketTask | undefined
const shown: ((result: never) => void)[] = []
const hidden: ((result: never) => void)[] = []

const listen =
  (listeners: ((result: never) => void)[], onward: Listen): Listen =>
  (listener) => {
    listeners.push(listener)
    onward(listener)
  }

/** For the SDK's option `wx`. */
export const drillWx = Object.assign(Object.create(wx) as WxApi, {
  connectSocket: (options: WechatMiniprogram.ConnectSocketOption) => (task = wx.connectSocket(options)),
  onAppShow: listen(shown, (listener) => wx.onAppShow(listener as () => void)),
  onAppHide: listen(hidden, (listener) => wx.onAppHide(listener as () => void)),
})

/** Closes the socket behind the SDK's back. */
export const dropSocket = () => task?.close({ code: 1000, reason: 'drill' })

/** Tells the SDK that the app is hidden, cuts the socket as a phone does after five seconds, and returns. */
export function stayInBackground(seconds: number): void {
  const tell = (listeners: typeof shown) => listeners.forEach((listener) => listener({} as never))
  tell(hidden)
  setTimeout(dropSocket, 5000)
  setTimeout(() => tell(shown), seconds * 1000)
}

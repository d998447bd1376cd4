// Accidents on demand: hands the SDK a `wx` of which the app can break the socket or fake a stay in the background.

type Listener = (result: never) => void

let task: WechatMiniprogram.SocketTask | undefined
const shown: Listener[] = []
const hidden: Listener[] = []

/** For the SDK's option `wx`. */
export const drillWx = Object.assign(Object.create(wx) as typeof wx, {
  connectSocket(options: WechatMiniprogram.ConnectSocketOption) {
    task = wx.connectSocket(options)
    return task
  },
  onAppShow(listener: Listener) {
    shown.push(listener)
    wx.onAppShow(listener)
  },
  onAppHide(listener: Listener) {
    hidden.push(listener)
    wx.onAppHide(listener)
  },
})

/** Closes the socket behind the SDK's back. */
export const dropSocket = () => task?.close({ code: 1000, reason: 'drill' })

/** Tells the SDK that the app is hidden, cuts the socket as a phone does after five seconds, and returns. */
export function stayInBackground(seconds: number): void {
  for (const listener of hidden) listener({} as never)
  setTimeout(dropSocket, 5000)
  setTimeout(() => {
    for (const listener of shown) listener({} as never)
  }, seconds * 1000)
}

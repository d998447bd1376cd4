// What most tutorials show: a chat over wx.connectSocket with a heartbeat and a reconnect. It runs beside the SDK.
interface Message {
  readonly id: string
  readonly to: string
}

export function plainClient(
  wx: WechatMiniprogram.Wx,
  timers: Pick<typeof globalThis, 'setTimeout' | 'setInterval'>,
  url: string,
  show: (message: Message) => void,
) {
  let task: WechatMiniprogram.SocketTask
  let opened = false

  function connect() {
    task = wx.connectSocket({ url, fail: () => timers.setTimeout(connect, 3000) })
    task.onOpen(() => (opened = true))
    task.onMessage(({ data }) => {
      if (data !== 'pong') show(JSON.parse(data as string) as Message)
    })
    task.onClose(() => {
      opened = false
      timers.setTimeout(connect, 3000)
    })
  }
  timers.setInterval(() => {
    if (opened) task.send({ data: 'ping' })
  }, 30_000)
  connect()

  return {
    send(message: Message) {
      if (opened) task.send({ data: JSON.stringify(message) })
    },
  }
}

// The least of a phone that messages need: wx.connectSocket over real WebSockets, the same few lines for every subject.
import { WebSocket } from 'ws'

interface Callbacks {
  success?: (result: unknown) => void
  fail?: (failure: { errMsg: string }) => void
}

interface ConnectOptions extends Callbacks {
  url: string
  protocols?: string[]
}

export interface Task {
  send(options: { data: ArrayBuffer | string } & Callbacks): void
  close(options: { code?: number; reason?: string } & Callbacks): void
  onOpen(listener: (result: unknown) => void): void
  onClose(listener: (result: { code: number; reason: string }) => void): void
  onError(listener: (failure: { errMsg: string }) => void): void
  onMessage(listener: (result: { data: ArrayBuffer | string }) => void): void
}

export interface CountingWx {
  connectSocket(options: ConnectOptions): Task
  /** Calls of `send`: on a phone each crosses from JavaScript to the platform. */
  sends(): number
}

export const createWx = (): CountingWx => {
  let sends = 0
  return {
    sends: () => sends,
    connectSocket({ url, protocols = [], success }) {
      const socket = new WebSocket(url, protocols, { perMessageDeflate: false })
      socket.binaryType = 'arraybuffer'
      queueMicrotask(() => success?.({ errMsg: 'connectSocket:ok' }))
      return {
        send({ data, success: done, fail }) {
          if (!(data instanceof ArrayBuffer) && typeof data !== 'string') {
            fail?.({ errMsg: 'sendSocketMessage:fail invalid data' })
            return
          }
          sends++
          socket.send(data)
          done?.({ errMsg: 'sendSocketMessage:ok' })
        },
        close({ code = 1000, reason = '', success: done }) {
          socket.close(code, reason)
          done?.({ errMsg: 'closeSocket:ok' })
        },
        onOpen: (listener) => socket.on('open', () => listener({ header: {} })),
        onClose: (listener) => socket.on('close', (code, reason) => listener({ code, reason: reason.toString() })),
        onError: (listener) => socket.on('error', (error) => listener({ errMsg: error.message })),
        onMessage: (listener) =>
          socket.on('message', (data, binary) =>
            listener({ data: binary ? (data as ArrayBuffer) : Buffer.from(data as ArrayBuffer).toString() }),
          ),
      }
    },
  }
}

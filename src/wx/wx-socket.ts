// wx.connectSocket as the Socket port: one SocketTask per socket, all four listeners registered in the same breath.
import type { Socket, SocketListener, SocketPort, SocketRequest } from '../ports/socket'
import type { WxApi, WxFailure } from './wx-api'

/** The platform gives a handshake up after this long (ms), so that an abandoned one frees its slot. */
const HANDSHAKE_TIMEOUT = 15_000

/** Look-alikes of WeChat throw where it would call `fail`. */
const failing = (call: () => void, fail: (failure: WxFailure) => void): void => {
  try {
    call()
  } catch (error) {
    fail({ errMsg: String(error) })
  }
}

export const wxSocketPort = (wx: WxApi): SocketPort => ({
  open: (request: SocketRequest, listener: SocketListener): Socket => {
    // The call itself failed: there is no socket, so there will be no other event worth waiting for.
    const fail = ({ errMsg, errno }: WxFailure) => {
      listener.failed(errMsg, errno)
      listener.closed(0, '')
    }
    const task = wx.connectSocket({
      url: request.url,
      protocols: [...request.protocols], // an array: Android refuses a string
      header: { ...request.header },
      timeout: HANDSHAKE_TIMEOUT,
      tcpNoDelay: true,
      fail,
    })
    // Nothing may come between: a listener that is registered later can miss onOpen (network tuning page).
    if (task) {
      task.onOpen(() => listener.opened())
      task.onMessage(({ data }) => listener.message(data))
      task.onClose(({ code, reason }) => listener.closed(code, reason))
      task.onError(({ errMsg, errno }) => listener.failed(errMsg, errno))
    }
    return {
      send: (data) => {
        const failed = ({ errMsg, errno }: WxFailure) => listener.failed(errMsg, errno)
        failing(() => task?.send({ data, fail: failed }), failed)
      },
      close: (reason, refused) => {
        const failed = ({ errMsg }: WxFailure) => refused(errMsg)
        // Never without a legal code: PC and phones refuse that and keep the socket open.
        if (task) failing(() => task.close({ code: 1000, reason, fail: failed }), failed)
        // Nothing was returned (some phones beyond the budget): `fail` says why, soon; if it never does, there is nothing to close.
        else listener.closed(0, '')
      },
    }
  },
})

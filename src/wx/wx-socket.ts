// wx.connectSocket as the Socket port: one SocketTask per socket, all four listeners registered in the same breath.
import type { Socket, SocketListener, SocketPort, SocketRequest } from '../ports/socket'
import { awaited, closeOf, dataOf, failureOf, invoke } from './shapes'
import type { WxApi, WxSocketTask } from './wx-api'

/** The platform gives a handshake up after this long (ms), so that an abandoned one frees its slot. */
const HANDSHAKE_TIMEOUT = 15_000

export const wxSocketPort = (wx: WxApi): SocketPort => ({
  open: (request: SocketRequest, listener: SocketListener): Socket => {
    let task: WxSocketTask | undefined
    /** A task is promised, and may still come. */
    let promised = false
    /** Nobody wants it any more: it is closed as soon as it is there. */
    let unwanted: string | undefined

    const failed = (failure: unknown) => {
      const { errMsg, errno } = failureOf(failure)
      listener.failed(errMsg, errno)
    }
    // The call itself failed: there is no socket, so there will be no other event worth waiting for.
    const refused = (failure: unknown) => {
      promised = false
      unwanted = 'refused'
      failed(failure)
      listener.closed(0, '')
    }
    // Look-alikes of WeChat throw where it would call `fail`.
    const close = (reason: string, fail: (failure: unknown) => void) => {
      try {
        // Never without a legal code: PC and phones refuse that and keep the socket open.
        awaited(task!.close({ code: 1000, reason, fail }), () => undefined, fail)
      } catch (error) {
        fail(error)
      }
    }
    // Nothing may come between: a listener that is registered later can miss onOpen (network tuning page).
    const adopt = (given: unknown) => {
      promised = false
      if (Object(given) !== given) return
      const mine = (task = given as WxSocketTask)
      invoke(mine, 'onClose', (result: unknown) => {
        const { code, reason } = closeOf(result)
        listener.closed(code, reason)
      })
      invoke(mine, 'onError', failed)
      const heard =
        invoke(mine, 'onMessage', (message: unknown) => {
          const data = dataOf(message)
          if (data !== undefined) listener.message(data)
        }) && invoke(mine, 'onOpen', () => listener.opened())
      if (unwanted !== undefined) close(unwanted, () => undefined)
      else if (!heard) listener.unusable('SocketTask.onOpen and onMessage: not supported')
    }

    try {
      const given: unknown = wx.connectSocket({
        url: request.url,
        protocols: [...request.protocols], // an array: Android refuses a string
        header: { ...request.header },
        timeout: HANDSHAKE_TIMEOUT,
        tcpNoDelay: true,
        fail: refused,
      })
      // Taro gives a promise of the task (taro#919).
      promised = awaited(given, adopt, refused)
      if (!promised) adopt(given)
    } catch (error) {
      refused(error)
    }

    return {
      send: (data) => {
        try {
          awaited(task!.send({ data, fail: failed }), () => undefined, failed)
        } catch (error) {
          failed(error)
        }
      },
      close: (reason, fail) => {
        if (task) close(reason, (failure) => fail(failureOf(failure).errMsg))
        // Still to come: closed when it is there. Until then its slot is held.
        else if (promised) unwanted = reason
        // Nothing was returned (some phones beyond the budget): `fail` says why, soon; if it never does, there is nothing to close.
        else listener.closed(0, '')
      },
    }
  },
})

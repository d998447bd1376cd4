// wx.connectSocket and the budget: who gets a socket, who is refused and how the phone says so.
// Models wechat-runtime.md section 1: 5 sockets by the doc, 2 as measured, 1 before base library 1.7.0. A slot is held
// from the accepted call until the socket is truly over, closing and abandoned connecting ones included.
// Extend: a new reason for a refusal is one more line in `refusal`.
import { type Callbacks, type Failure, report } from './call'
import type { JsThread } from './js-thread'
import { given, type SocketTask } from './socket-listeners'
import { createDeadTask, createSocketTask, type SocketDeps, type SocketHandle, type SocketView } from './socket-task'
import * as texts from './socket-texts'

export interface ConnectSocketOptions extends Callbacks<object> {
  url: string
  protocols?: string[]
  header?: Record<string, string>
  timeout?: number
  tcpNoDelay?: boolean
  perMessageDeflate?: boolean
  forceCellularNetwork?: boolean
}

export interface Sockets {
  readonly connectSocket: (options: ConnectSocketOptions) => SocketTask
  /** Slots held now. */
  readonly open: number
  readonly list: readonly SocketView[]
  cutAll(cause: 'background' | 'network'): void
  kill(): void
}

export interface SocketsDeps extends SocketDeps {
  readonly js: JsThread
  readonly maxSockets: () => number
  readonly allowed: (url: string) => boolean
  /** Told of every change of the number of slots held, and of every call refused for lack of one. */
  readonly count: (open: number) => void
  readonly overBudget: () => void
}

const WEBSOCKET_URL = /^wss?:\/\/[^\s/?#]+/i

export function createSockets(deps: SocketsDeps): Sockets {
  const { clock, js, profile, quirks, trace } = deps
  const sockets = new Map<number, SocketHandle>()
  let lastId = 0

  /** Why not, or undefined. */
  function refusal(options: ConnectSocketOptions, id: number): Failure | undefined {
    if (deps.suspended()) return { errMsg: texts.SUSPENDED('createSocketTask', 'connectSocket') }
    if (typeof options.url !== 'string' || !WEBSOCKET_URL.test(options.url))
      return withErrno({ errMsg: texts.INVALID_URL(options.url) }, 600009)
    if (typeof options.protocols === 'string' && quirks.protocolString === 'fails')
      return { errMsg: texts.PROTOCOLS_STRING }
    if (!deps.allowed(options.url)) return withErrno({ errMsg: texts.OUTSIDE_DOMAINS }, 600002)
    if (sockets.size >= deps.maxSockets()) {
      deps.overBudget()
      return withErrno({ errMsg: texts.budgetText(profile, deps.maxSockets(), id) }, 600007)
    }
    return undefined
  }
  const withErrno = (failure: Failure, errno: number): Failure => (quirks.socketErrno ? { ...failure, errno } : failure)

  function refuse(options: ConnectSocketOptions, failure: Failure): SocketTask {
    trace('refused', failure.errMsg)
    const { task, refuse: emit } = createDeadTask(deps)
    const byFail = quirks.refusal !== 'onError'
    js.callSoon(() => {
      if (byFail) report(js, 'connectSocket', options, { failure: given(quirks, failure) })
      else if (quirks.success !== 'never') report(js, 'connectSocket', options, { ok: {} })
      if (quirks.refusal !== 'fail') emit(failure)
    })
    // A phone that returns nothing can only say so through `fail`; the typings do not know of it.
    return byFail && quirks.refusedTask === 'undefined' ? (undefined as unknown as SocketTask) : task
  }

  /** As this platform gives it; the typings know only the task. */
  function shaped(task: SocketTask): SocketTask {
    if (quirks.givenTask === 'task') return task
    if (quirks.givenTask === 'unheard') return { send: task.send, close: task.close } as SocketTask
    const keep = (resolve: (task: SocketTask) => void) =>
      quirks.promiseDelay > 0 ? clock.setTimeout(() => resolve(task), quirks.promiseDelay) : resolve(task)
    return js.realm.promise(keep) as unknown as SocketTask
  }

  return {
    connectSocket(options) {
      const id = ++lastId
      const failure = refusal(options, id)
      if (failure) return refuse(options, failure)
      const protocols = typeof options.protocols === 'string' ? [options.protocols] : [...(options.protocols ?? [])]
      const handle = createSocketTask(
        deps,
        id,
        { url: options.url, protocols, header: { ...options.header }, timeout: options.timeout },
        options,
        () => {
          sockets.delete(id)
          deps.count(sockets.size)
        },
      )
      sockets.set(id, handle)
      deps.count(sockets.size)
      return shaped(handle.task)
    },
    get open() {
      return sockets.size
    },
    get list() {
      return [...sockets.values()]
    },
    cutAll(cause) {
      for (const socket of [...sockets.values()]) socket.cut(cause)
    },
    kill() {
      for (const socket of [...sockets.values()]) socket.kill()
      sockets.clear()
    },
  }
}

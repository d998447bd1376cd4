// One SocketTask: what the app sees of one link, with all the liberties a phone takes.
// Models wechat-runtime.md section 3: success means accepted; only send, close and the four on*; no off*; onClose late,
// missing, doubled; onError with or without onClose, in either order; close without a legal code or before the open.
// Two stories run side by side: what is true of the link (`phase`, which holds the budget's slot), and what the app is
// told of it. Extend: what is told differs by quirks.ts alone; the texts are in socket-texts.ts.
import type { Air, AirConnection } from './air'
import { type Callbacks, type Failure, report } from './call'
import type { Clock, TimerId } from './clock'
import type { JsThread } from './js-thread'
import type { LinkFailure } from './link'
import {
  type CloseOptions,
  createListeners,
  type MessageResult,
  type SendOptions,
  type SocketTask,
} from './socket-listeners'
import type { CloseCode, EndEvents, Profile, Quirks } from './quirks'
import * as texts from './socket-texts'
import { exact } from './text'
import type { Trace } from './trace'

export type Phase = 'connecting' | 'open' | 'closing' | 'closed'

/** One socket as a test sees it. */
export interface SocketView {
  readonly id: number
  readonly url: string
  readonly phase: Phase
  /** The app was told that it is open. */
  readonly told: boolean
}

export interface SocketHandle extends SocketView {
  readonly task: SocketTask
  /** The platform ends it. */
  cut(cause: 'background' | 'network'): void
  /** The process dies: nothing is told to anybody but the server. */
  kill(): void
}

export interface SocketDeps {
  readonly clock: Clock
  readonly js: JsThread
  readonly air: Air
  readonly profile: Profile
  readonly quirks: Quirks
  readonly trace: Trace
  /** The text with which network calls fail now, if they do. */
  readonly suspended: () => boolean
}

export interface SocketRequest {
  readonly url: string
  readonly protocols: readonly string[]
  readonly header: Readonly<Record<string, string>>
  readonly timeout: number | undefined
}

/** Object.prototype.toString sees through realms; `instanceof` does not. */
const tag = (value: unknown) => Object.prototype.toString.call(value).slice(8, -1)

function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

/** A task that never was: returned next to a refusal. */
export function createDeadTask(deps: SocketDeps): { task: SocketTask; refuse: (failure: Failure) => void } {
  const listeners = createListeners(deps.js, deps.quirks)
  const fail = (options: Callbacks<object> | undefined, errMsg: string) =>
    deps.js.callSoon(() => report(deps.js, '', options ?? {}, { failure: { errMsg } }))
  const task: SocketTask = {
    send: (options) => fail(options, texts.NOT_OPEN),
    close: (options) => fail(options, deps.quirks.goneText ?? texts.closedAlready(deps.profile)),
    onOpen: (listener) => listeners.add('open', listener),
    onMessage: (listener) => listeners.add('message', listener),
    onClose: (listener) => listeners.add('close', listener),
    onError: (listener) => listeners.add('error', listener),
  }
  return { task, refuse: (failure) => listeners.emit('error', failure) }
}

/** @param ended gives the slot back */
export function createSocketTask(
  deps: SocketDeps,
  id: number,
  request: SocketRequest,
  connect: Callbacks<object>,
  ended: () => void,
): SocketHandle {
  const { clock, js, air, profile, quirks, trace } = deps
  const listeners = createListeners(deps.js, deps.quirks)
  let phase: Phase = 'connecting'
  let told = false
  let asked: CloseCode | undefined // by the app
  let limit: TimerId | undefined // the connect limit, later that of the closing handshake
  let connection: AirConnection | undefined

  function bound(ms: number, run: () => void): void {
    if (limit !== undefined) clock.clearTimeout(limit)
    limit = ms === Infinity ? undefined : clock.setTimeout(run, ms)
  }

  /** The truth: this socket is over. Then what the app hears of it. */
  function end(events: EndEvents, code: CloseCode, errMsg: string, errno?: number): void {
    if (phase === 'closed') return
    phase = 'closed'
    bound(Infinity, () => undefined)
    trace('end', `#${id} ${code.code} ${code.reason}`)
    const release = quirks.slotReleaseDelay
    if (release > 0) clock.setTimeout(ended, release)
    else ended()
    const tell = () => {
      for (const event of events) {
        if (event === 'close') listeners.emit('close', { code: code.code, reason: code.reason })
        else listeners.emit('error', { errMsg, ...(quirks.socketErrno && errno !== undefined ? { errno } : {}) })
      }
    }
    if (quirks.closeDelay > 0) clock.setTimeout(tell, quirks.closeDelay)
    else js.callSoon(tell)
  }

  function failConnect(failure: LinkFailure, events = quirks.connectFailure): void {
    const text = quirks.failureTexts[failure.kind] ?? texts.connectFailureText(profile, failure)
    end(events, { code: 1006, reason: 'abnormal closure' }, text, texts.errnoOf(failure))
  }

  function opened(header: Readonly<Record<string, string>>): void {
    if (phase !== 'connecting' || quirks.handshake !== 'normal') return
    const tell = () => {
      if (phase !== 'connecting') return
      phase = 'open'
      told = true
      bound(Infinity, () => undefined)
      trace('open', `#${id}`)
      listeners.emit('open', { header })
      if (quirks.success === 'after-open') report(js, 'connectSocket', connect, { ok: { socketTaskId: id } })
      for (const data of early.splice(0)) listeners.emit('message', { data })
    }
    if (quirks.openDelay > 0) clock.setTimeout(tell, quirks.openDelay)
    else tell()
  }

  const early: MessageResult['data'][] = [] // came with the open link, before the app was told
  function message(data: string | ArrayBuffer): void {
    if (phase === 'closed' || quirks.handshake !== 'normal') return
    const mine = typeof data === 'string' ? data : js.realm.buffer(data)
    if (phase === 'connecting' && !quirks.messageBeforeOpen) early.push(mine)
    else listeners.emit('message', { data: mine })
  }

  function linkClosed(code: number, reason: string): void {
    if (asked) {
      const own = quirks.ownCloseCode
      end(quirks.ownClose, own === 'as-asked' ? { code: asked.code, reason: asked.reason } : own, '')
    } else if (code === 1006) {
      end(quirks.lost, quirks.lostCode, 'Underlying Transport Error')
    } else {
      end(quirks.serverClose, quirks.serverCloseCode === 'kept' ? { code, reason } : quirks.serverCloseCode, '')
    }
  }

  function startClosing(code: number, reason: string): void {
    asked = { code, reason }
    phase = 'closing'
    connection?.close(code, reason)
    bound(quirks.closeTimeout, () => {
      connection?.terminate()
      linkClosed(1006, '')
    })
  }

  function close(options: CloseOptions | undefined): void {
    const { code, reason = '' } = options ?? {}
    const refuse = (errMsg: string) =>
      js.callSoon(() => report(js, 'closeSocket', options ?? {}, { failure: { errMsg } }))
    const accept = () => js.callSoon(() => report(js, 'closeSocket', options ?? {}, { ok: {} }))
    trace('close-asked', `#${id} ${code ?? 'no code'} ${reason}`)

    const illegal = texts.illegalCode(profile, code)
    if (quirks.closeFailure !== undefined) refuse(quirks.closeFailure)
    else if (deps.suspended()) refuse(texts.SUSPENDED('operateSocketTask', 'closeSocket'))
    else if (illegal !== undefined) refuse(illegal)
    else if (utf8Length(reason) > 123) refuse('closeSocket:fail reason must not be longer than 123 bytes')
    else if (phase === 'closed') refuse(quirks.goneText ?? texts.closedAlready(profile))
    else if (phase === 'closing') accept()
    else if (phase === 'open') {
      startClosing(code!, reason)
      accept()
    } else if (quirks.closeWhileConnecting === 'refused') refuse(texts.NOT_CONNECTED)
    else {
      accept()
      if (quirks.closeWhileConnecting === 'honoured') {
        asked = { code: code!, reason }
        connection?.terminate()
        end(quirks.connectFailure, { code: 1006, reason: '' }, texts.CLOSED_BEFORE_OPEN)
      }
    }
  }

  function send({ data, ...callbacks }: SendOptions): void {
    const refuse = (errMsg: string) =>
      js.callSoon(() => report(js, 'sendSocketMessage', callbacks, { failure: { errMsg } }))
    if (quirks.sendFailure !== undefined) return refuse(quirks.sendFailure)
    if (deps.suspended()) return refuse(texts.SUSPENDED('operateSocketTask', 'sendSocketMessage'))
    if (phase !== 'open') return refuse(texts.NOT_OPEN)

    const kind = tag(data)
    if (typeof data === 'string') connection?.send(data)
    else if (kind === 'ArrayBuffer') connection?.send(exact(new Uint8Array(data)))
    else if (ArrayBuffer.isView(data)) sendView(data)
    else return refuse('sendSocketMessage:fail parameter error: parameter.data should be String or ArrayBuffer')
    if (callbacks.success ?? callbacks.complete)
      js.callSoon(() => report(js, 'sendSocketMessage', callbacks, { ok: {} }))
  }

  /** Not what the typings allow; phones say nothing about it. */
  function sendView(view: ArrayBufferView): void {
    switch (quirks.typedArray) {
      case 'sent':
        connection?.send(exact(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)))
        return
      case 'garbage':
        connection?.send(JSON.stringify(view))
        return
      case 'nothing':
    }
  }

  const task: SocketTask = {
    send,
    close,
    onOpen: (listener) => listeners.add('open', listener),
    onMessage: (listener) => listeners.add('message', listener),
    onClose: (listener) => listeners.add('close', listener),
    onError: (listener) => listeners.add('error', listener),
  }
  Object.defineProperty(task, 'readyState', {
    enumerable: false,
    get() {
      if (quirks.readyState === 'absent') return undefined
      return quirks.readyState === 'true'
        ? ['connecting', 'open', 'closing', 'closed'].indexOf(phase)
        : quirks.readyState
    },
  })

  trace('connect', `#${id} ${request.url}`)
  if (quirks.success === 'at-once') report(js, 'connectSocket', connect, { ok: { socketTaskId: id } })
  if (quirks.success === 'soon') js.callSoon(() => report(js, 'connectSocket', connect, { ok: { socketTaskId: id } }))

  // The link opens from the event loop: whoever listens in the same tick misses nothing.
  clock.setTimeout(() => {
    if (phase !== 'connecting') return
    connection = air.open(
      { url: request.url, protocols: request.protocols, header: request.header },
      {
        opened: (info) => opened(info.header),
        message,
        closed: linkClosed,
        failed: (failure) => failConnect(failure),
      },
    )
  }, 0)
  const asOption = quirks.timeoutOption === 'ignored' ? undefined : request.timeout
  bound(Math.min(asOption ?? Infinity, quirks.connectTimeout), () => {
    connection?.terminate()
    failConnect({ kind: 'timeout' }, quirks.handshake === 'hangs-silently' ? [] : quirks.connectFailure)
  })

  return {
    id,
    url: request.url,
    task,
    get phase() {
      return phase
    },
    get told() {
      return told
    },
    cut(cause) {
      if (phase === 'closed') return
      if (cause === 'network') {
        connection?.terminate()
        end(quirks.networkEnd, { code: 1006, reason: 'abnormal closure' }, texts.NETWORK_CHANGED, 600003)
        return
      }
      if (quirks.backgroundToServer === 'close-frame' && phase !== 'connecting') connection?.close(1001, '')
      else if (quirks.backgroundToServer !== 'nothing') connection?.terminate()
      end(quirks.background, quirks.backgroundCode, texts.INTERRUPTED, 600003)
    },
    kill() {
      if (phase === 'closed') return
      phase = 'closed'
      bound(Infinity, () => undefined)
      connection?.terminate()
      ended()
    },
  }
}

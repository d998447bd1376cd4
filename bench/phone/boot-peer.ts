// Loads any bundle into a simulated phone: as simulator/node/boot does for ours, but with today's built-ins and with the
// globals that the package cannot do without (which a developer would have to polyfill).
import { readFileSync } from 'node:fs'
import { createContext, Script } from 'node:vm'
import type { Realm } from '../../simulator/core/js-thread'
import type { Phone } from '../../simulator/core/phone'
import type { Subject } from '../peers'
import { shims } from './load'

const DATE = `(now) => {
  const Native = Date
  this.Date = class extends Native {
    constructor(...parts) { super(...(parts.length ? parts : [now()])) }
    static now() { return now() }
  }
}`

const REALM = `({
  buffer(data) { const copy = new Uint8Array(data.byteLength); copy.set(new Uint8Array(data)); return copy.buffer },
  error(message, fields) { return Object.assign(new Error(message), fields) },
  promise(run) { return new Promise(run) },
})`

/** A browser's WebSocket on wx, for packages that know no mini-program: what a developer would write around them. */
const WEB_SOCKET = `class WebSocket {
  constructor(url, protocols) {
    this.url = url
    this.readyState = 0
    this.listeners = {}
    this.task = wx.connectSocket({ url, protocols: [].concat(protocols || []), fail: (error) => this.end('error', error) })
    this.task.onOpen(() => { this.readyState = 1; this.tell('open', {}) })
    this.task.onMessage(({ data }) => this.tell('message', { data }))
    this.task.onError((error) => this.end('error', error))
    this.task.onClose(({ code, reason }) => this.end('close', { code, reason }))
  }
  tell(type, event) {
    if (this['on' + type]) this['on' + type](event)
    ;(this.listeners[type] || []).forEach((listener) => listener(event))
  }
  end(type, event) { this.readyState = 3; this.tell(type, event) }
  addEventListener(type, listener) { (this.listeners[type] = this.listeners[type] || []).push(listener) }
  removeEventListener(type, listener) { this.listeners[type] = (this.listeners[type] || []).filter((other) => other !== listener) }
  send(data) { this.task.send({ data }) }
  close(code, reason) { this.readyState = 2; this.task.close({ code: code || 1000, reason }) }
}
Object.assign(WebSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })`

export interface BootedPeer {
  readonly exports: unknown
  /** Evaluates code in the phone's own realm. */
  evaluate(code: string): unknown
}

/** Peers close sockets without a code, which some phones refuse; here the platform fills in 1000, so that they are judged by their design. */
const withCode = (wx: Phone['wx']): Phone['wx'] => ({
  ...wx,
  connectSocket: (options) => {
    const task = wx.connectSocket(options)
    const { close } = task
    task.close = (how) => close.call(task, { code: 1000, ...how })
    return task
  },
})

export const bootPeer = (phone: Phone, file: string, needs: Subject['shims'], webSocket: boolean): BootedPeer => {
  const { setTimeout, clearTimeout, setInterval, clearInterval, now } = phone.timers
  const quiet = () => undefined
  const console = {
    log: quiet,
    info: quiet,
    warn: quiet,
    error: quiet,
    debug: quiet,
    trace: quiet,
    group: quiet,
    groupEnd: quiet,
    time: quiet,
    timeEnd: quiet,
    table: quiet,
  }
  const system = {
    platform: 'android',
    system: 'Android 13',
    brand: 'x',
    model: 'x',
    SDKVersion: '3.0.0',
    version: '8.0.0',
    language: 'zh_CN',
  }
  // Old calls that the SDKs look for to know where they are; ours needs none of them, so the simulator has them not.
  const old = {
    getSystemInfoSync: () => system,
    getSystemInfo: (options?: { success?: (result: typeof system) => void }) => options?.success?.(system),
  }
  // A mini-program's module wrapper declares these and leaves them undefined.
  const declared = {
    window: undefined,
    document: undefined,
    global: undefined,
    self: undefined,
    navigator: undefined,
    location: undefined,
    XMLHttpRequest: undefined,
  }
  const app = { getApp: () => ({}), getCurrentPages: () => [], __wxConfig: {} }
  const context = createContext({
    ...declared,
    ...app,
    wx: { ...old, ...withCode(phone.wx) },
    console,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    ...shims(needs),
  })
  const evaluate = (code: string) => new Script(code).runInContext(context) as unknown
  ;(evaluate(DATE) as (now: () => number) => void)(now)
  ;(evaluate('(random) => { Math.random = random }') as (random: () => number) => void)(phone.random)
  if (webSocket) evaluate(`${WEB_SOCKET}; this.WebSocket = WebSocket`)
  phone.setRealm(evaluate(REALM) as Realm)
  const run = evaluate(`(function (module, exports) {${readFileSync(file, 'utf8')}\n})`) as (
    module: object,
    exports: object,
  ) => void
  const module = { exports: evaluate('({})') as object }
  run(module, module.exports)
  return { exports: module.exports, evaluate }
}

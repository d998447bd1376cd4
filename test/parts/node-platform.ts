// A second platform, as small as one can be: Node with `ws`. What had to be written for it is this file; nothing of src/ changed.
import { WebSocket } from 'ws'
import { BaseConnection } from '../../src/connection/connection'
import type { BaseOptions } from '../../src/connection/options'
import type { Home } from '../../src/home'
import { createLogger } from '../../src/log/logger'
import type { MessagesPlatform, Platform } from '../../src/ports/platform'
import type { Refusal } from '../../src/protocol/refusal'
import { VERSION } from '../../src/version'

const clock: Platform['clock'] = {
  now: Date.now,
  schedule: (run, delay) => {
    const timer = setTimeout(run, Math.min(delay, 0x7fffffff))
    return () => clearTimeout(timer)
  },
}

const socketPort = (opened: (socket: WebSocket) => void): Platform['sockets'] => ({
  open: ({ url, protocols, header }, listener) => {
    const socket = new WebSocket(url, [...protocols], { headers: header })
    socket.binaryType = 'arraybuffer'
    opened(socket)
    socket.on('open', () => listener.opened())
    socket.on('message', (data) => listener.message(data as ArrayBuffer))
    socket.on('error', ({ message }) => listener.failed(message))
    socket.on('close', (code, reason) => listener.closed(code, reason.toString()))
    return { send: (data) => socket.send(data), close: (reason) => socket.close(1000, reason) }
  },
})

const failed = (errMsg: string): Refusal => ({ name: 'SocketFailed', verdict: 'retry', detail: errMsg })

const request: Platform['http']['request'] = ({ method, url, header, body }) =>
  fetch(url, { method, headers: { 'content-type': 'application/json', ...header }, ...(body && { body }) }).then(
    async (answer) => ({ status: answer.status, header: {}, body: await answer.text() }),
  )

/** `cut` breaks the link of now, as a network does. */
export const createNodePlatform = (kept = new Map<string, string>()): Platform & { cut(): void } => {
  let newest: WebSocket | undefined
  return {
    cut: () => newest?.terminate(),
    name: 'node',
    clock,
    random: Math.random,
    sockets: socketPort((socket) => (newest = socket)),
    judge: { failure: failed, interrupted: () => false, saysGone: () => false },
    app: { watch: () => () => undefined, queryNetwork: () => undefined },
    device: {
      info: () => ({
        platform: 'linux',
        model: '',
        system: '',
        client: '',
        baseLibrary: '',
        appId: '',
        appVersion: '',
      }),
    },
    storage: {
      get: (key) => kept.get(key),
      set: (key, value) => (kept.set(key, value), true),
      remove: (key) => void kept.delete(key),
    },
    http: { request },
    native: {},
  }
}

/** Files in memory: what a bot remembers of its conversations ends with it. */
export const memoryFiles = (): MessagesPlatform => {
  const files = new Map<string, string>()
  const append = (name: string, text: string) => Promise.resolve(void files.set(name, (files.get(name) ?? '') + text))
  return {
    files: {
      read: (name) => Promise.resolve(files.get(name) ?? ''),
      write: (name, text) => Promise.resolve(void files.set(name, text)),
      append,
      remove: (name) => Promise.resolve(void files.delete(name)),
      list: (folder) =>
        Promise.resolve(
          [...files.keys()]
            .filter((name) => name.startsWith(`${folder}/`))
            .map((name) => name.slice(folder.length + 1)),
        ),
    },
    upload: () => ({ done: Promise.reject(new Error('no upload here')), abort: () => undefined }),
  }
}

export class NodeConnection extends BaseConnection {
  constructor(options: BaseOptions, platform: Platform) {
    const home: Home = { logger: createLogger(VERSION, clock), platform: () => platform }
    home.logger.setConsoleLogVisibility(false)
    super(options, home)
  }
}

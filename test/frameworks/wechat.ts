// A WeChat that is not our simulator: what an app of any framework asks of `wx`, over Node's own network, and nothing more.
import WebSocket from 'ws'

type Callbacks<T> = { success?: (result: T) => void; fail?: (error: { errMsg: string }) => void; complete?: () => void }
interface SocketOptions extends Callbacks<object> {
  readonly url: string
  readonly protocols?: string[]
}
interface RequestOptions extends Callbacks<{ statusCode: number; data: unknown; header: object }> {
  readonly url: string
  readonly method?: string
  readonly data?: unknown
  readonly header?: Record<string, string>
  readonly dataType?: string
}

/** One phone's `wx`; `cut()` ends its sockets as a lost network does. */
export function createWeChat() {
  const sockets = new Set<WebSocket>()
  const stored = new Map<string, unknown>()
  const nothing = () => undefined
  const device = {
    platform: 'android',
    system: 'Android 14',
    SDKVersion: '3.5.0',
    version: '8.0.49',
    language: 'zh_CN',
  }
  const screen = {
    windowWidth: 390,
    windowHeight: 844,
    screenWidth: 390,
    screenHeight: 844,
    pixelRatio: 3,
    statusBarHeight: 47,
  }
  const info = () => ({
    ...device,
    ...screen,
    theme: 'light',
    safeArea: { top: 47, left: 0, right: 390, bottom: 810, width: 390, height: 763 },
  })

  const connectSocket = ({ url, protocols = [], success, complete }: SocketOptions) => {
    const socket = new WebSocket(url, protocols)
    socket.binaryType = 'arraybuffer'
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', nothing)
    setTimeout(() => (success?.({ errMsg: 'connectSocket:ok' }), complete?.()))
    return {
      onOpen: (listen: (result: object) => void) => socket.on('open', () => listen({ header: {} })),
      onMessage: (listen: (result: { data: unknown }) => void) =>
        socket.on('message', (data, binary) => listen({ data: binary ? data : (data as Buffer).toString() })),
      onError: (listen: (error: { errMsg: string }) => void) =>
        socket.on('error', ({ message }) => listen({ errMsg: message })),
      onClose: (listen: (result: object) => void) =>
        socket.on('close', (code, reason) => listen({ code, reason: reason.toString() })),
      send: ({ data, ...told }: { data: string | ArrayBuffer } & Callbacks<object>) =>
        socket.send(data, (error) => (error ? told.fail?.({ errMsg: error.message }) : told.success?.({}))),
      close: ({ code = 1000, reason = '', ...told }: { code?: number; reason?: string } & Callbacks<object> = {}) => {
        socket.close(code, reason)
        told.success?.({})
      },
    }
  }

  const request = ({
    url,
    method = 'GET',
    data,
    header = {},
    dataType = 'json',
    success,
    fail,
    complete,
  }: RequestOptions) => {
    const abort = new AbortController()
    const body = data === undefined ? {} : { body: typeof data === 'string' ? data : JSON.stringify(data) }
    fetch(url, {
      method,
      headers: { 'content-type': 'application/json', connection: 'close', ...header },
      signal: abort.signal,
      ...body,
    })
      .then(async (answer) => {
        const text = await answer.text()
        const json = dataType === 'json' && answer.headers.get('content-type')?.includes('json')
        success?.({
          statusCode: answer.status,
          data: json ? JSON.parse(text) : text,
          header: Object.fromEntries(answer.headers),
        })
      })
      .catch((error: Error) => fail?.({ errMsg: `request:fail ${error.message}` }))
      .finally(() => complete?.())
    return { abort: () => abort.abort(), onHeadersReceived: nothing, offHeadersReceived: nothing }
  }

  const wx = {
    connectSocket,
    request,
    getStorageSync: (key: string) => stored.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => void stored.set(key, value),
    removeStorageSync: (key: string) => void stored.delete(key),
    getStorageInfoSync: () => ({ keys: [...stored.keys()], currentSize: 0, limitSize: 10_240 }),
    getSystemInfoSync: info,
    getAppBaseInfo: info,
    getDeviceInfo: info,
    getWindowInfo: info,
    getSystemSetting: () => ({}),
    getAppAuthorizeSetting: () => ({}),
    getLaunchOptionsSync: () => ({ path: 'pages/index/index', query: {}, scene: 1001 }),
    getEnterOptionsSync: () => ({ path: 'pages/index/index', query: {}, scene: 1001 }),
    getNetworkType: ({ success }: Callbacks<{ networkType: string }>) => success?.({ networkType: 'wifi' }),
    canIUse: () => true,
    nextTick: (then: () => void) => void setTimeout(then),
    onAppShow: nothing,
    onAppHide: nothing,
    onNetworkStatusChange: nothing,
  }
  return { wx, cut: () => sockets.forEach((socket) => socket.terminate()) }
}

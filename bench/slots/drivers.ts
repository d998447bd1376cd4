// How each SDK is driven on a simulated phone: the calls of its own documentation, and how far a stand-in server can answer.
import { OURS, PEER, type Subject } from '../peers'

export interface Driver {
  readonly subject: Subject
  /** It knows browsers only: gets a WebSocket made of wx.connectSocket. */
  readonly webSocket?: true
  /** Code of the phone: `(api) => ({ open(), close() })`; `close` may answer a promise. */
  readonly code: string
  /** What the server says to a message; `undefined` in place of the function: the login is private, the server stays silent. */
  readonly answer?: (data: ArrayBuffer | string) => (ArrayBuffer | string)[]
  /** What the server says first. */
  readonly greeting?: string
}

const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer

/** What a text protocol said. */
export const text = (data: ArrayBuffer | string): string => (typeof data === 'string' ? data : '')

const mqtt = (data: ArrayBuffer | string): ArrayBuffer[] => {
  const packet = new Uint8Array(data as ArrayBuffer)
  const answers: ArrayBuffer[] = []
  for (let at = 0; at < packet.length;) {
    const kind = packet[at]! >> 4
    // Lengths stay below 16,384 here.
    const long = packet[at + 1]! > 127
    const body = at + (long ? 3 : 2)
    const end = body + (long ? (packet[at + 1]! & 127) + packet[at + 2]! * 128 : packet[at + 1]!)
    const v5 = kind === 1 ? packet[body + 6] === 5 : true
    if (kind === 1) answers.push(v5 ? bytes(0x20, 3, 0, 0, 0) : bytes(0x20, 2, 0, 0))
    if (kind === 3 && (packet[at]! & 6) === 2) {
      const id = body + 2 + packet[body]! * 256 + packet[body + 1]!
      answers.push(bytes(0x40, 2, packet[id]!, packet[id + 1]!))
    }
    if (kind === 8) {
      const granted: number[] = []
      for (let filter = body + 3; filter < end; filter += 3 + packet[filter]! * 256 + packet[filter + 1]!)
        granted.push(1)
      answers.push(bytes(0x90, 3 + granted.length, packet[body]!, packet[body + 1]!, 0, ...granted))
    }
    if (kind === 12) answers.push(bytes(0xd0, 0))
    at = end
  }
  return answers
}

export const DRIVERS: readonly Driver[] = [
  {
    subject: OURS,
    answer: mqtt,
    code: `(api) => {
      const connection = new api.Connection({ appKey: 'acme#chat', url: 'wss://im.test/mqtt', isHttpDNS: false, autoReconnectNumMax: Infinity })
      return { open: () => connection.open({ user: 'alice', accessToken: 'token' }), close: () => connection.close() }
    }`,
  },
  {
    subject: PEER.easemob,
    code: `(api) => {
      const connection = new api.connection({ appKey: 'acme#chat', url: 'wss://im.test/ws', apiUrl: 'https://rest.test', isHttpDNS: false })
      return { open: () => connection.open({ user: 'alice', accessToken: 'YWMtabc' }), close: () => connection.close() }
    }`,
  },
  {
    subject: PEER.nim,
    code: `(api) => {
      const nim = api.default.getInstance({ appkey: 'k', debugLevel: 'off', apiVersion: 'v2' }, { V2NIMLoginServiceConfig: { lbsUrls: ['https://lbs.test/lbs'], linkUrl: 'im.test' } })
      return { open: () => nim.V2NIMLoginService.login('alice', 'token', {}), close: () => nim.V2NIMLoginService.logout() }
    }`,
  },
  {
    subject: PEER.rongcloud,
    code: `(api) => {
      api.im.init({ appkey: 'k', navigators: ['https://nav.test'] })
      return { open: () => api.im.connect('token@nav.test;nav.test'), close: () => api.im.disconnect() }
    }`,
  },
  {
    subject: PEER.tencent,
    code: `(api) => {
      const create = (api.default || api).create
      let chat
      return {
        open: () => { chat = create({ SDKAppID: 1400000000 }); chat.setLogLevel(4); return chat.login({ userID: 'alice', userSig: 'sig' }) },
        close: () => chat.destroy(),
      }
    }`,
  },
  {
    subject: PEER.leancloud,
    code: `(api) => {
      const realtime = new api.Realtime({ appId: 'abcd-gzGzoHsz', appKey: 'k', server: 'https://lc.test', RTMServers: 'wss://im.test' })
      let client
      return { open: () => realtime.createIMClient('alice').then((made) => (client = made)), close: () => client && client.close() }
    }`,
  },
  {
    subject: PEER.goeasy,
    code: `(api) => {
      const goeasy = api.default.getInstance({ host: 'hangzhou.goeasy.io', appkey: 'BC-0123456789abcdef0123456789abcdef', modules: ['pubsub'] })
      return {
        open: () => goeasy.connect({ id: 'alice', onSuccess() {}, onFailed() {}, onProgress() {} }),
        close: () => new Promise((resolve) => goeasy.disconnect({ onSuccess: resolve, onFailed: resolve })),
      }
    }`,
  },
  {
    subject: PEER.mqtt,
    answer: mqtt,
    code: `(api) => {
      let client
      return {
        open: () => { client = api.default.connect('wxs://im.test/mqtt', { clientId: 'alice', username: 'alice', password: 'token', protocolVersion: 5, clean: false }); client.on('error', () => {}) },
        close: () => new Promise((resolve) => client.end(false, {}, resolve)),
      }
    }`,
  },
  {
    subject: PEER.centrifuge,
    webSocket: true,
    answer: (data) =>
      text(data)
        .split('\n')
        .flatMap((line) =>
          line.includes('"connect"')
            ? [
                `{"id":${/"id":(\d+)/.exec(line)?.[1] ?? '1'},"connect":{"client":"a","version":"x","ping":25,"pong":true}}`,
              ]
            : [],
        ),
    code: `(api) => {
      const client = new api.Centrifuge('wss://im.test/centrifuge', { websocket: WebSocket })
      return { open: () => client.connect(), close: () => client.disconnect() }
    }`,
  },
  {
    subject: PEER.socketio,
    webSocket: true,
    greeting: '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}',
    answer: (data) => (text(data).startsWith('40') ? ['40{"sid":"b"}'] : []),
    code: `(api) => {
      const client = api.io('wss://im.test', { transports: ['websocket'], autoConnect: false })
      return { open: () => client.connect(), close: () => client.disconnect() }
    }`,
  },
]

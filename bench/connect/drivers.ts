// Who can be logged in without its vendor: each tells when it is connected, sends once it is, and hears.
import { DRIVERS, text, type Driver } from '../slots/drivers'
import { OURS, PEER } from '../peers'

/** Code of the phone: \`(api, told) => ({ open(), close(), send() })\`; \`told\` is called when it says that it is connected. */
const CODE = new Map<string, string>([
  [
    OURS.name,
    `(api) => {
      const connection = new api.Connection({ appKey: 'acme#chat', url: 'wss://im.test/mqtt', isHttpDNS: false, autoReconnectNumMax: Infinity })
      connection.on('onConnected', () => told())
      return {
        open: () => connection.open({ user: 'alice', accessToken: 'token' }),
        close: () => connection.close(),
        send: () => connection.publish('bench/echo', 'ping', { qos: 1 }).then(() => heard(), () => {}),
      }
    }`,
  ],
  [
    PEER.mqtt.name,
    `(api) => {
      let client
      return {
        open: () => {
          client = api.default.connect('wxs://im.test/mqtt', { clientId: 'alice', username: 'alice', password: 'token', protocolVersion: 5, clean: false, properties: { sessionExpiryInterval: 600 } })
          client.on('error', () => {})
          client.on('connect', () => { client.subscribe(['acme/chat/u/alice/+', 'acme/chat/s/alice']); told() })
        },
        close: () => new Promise((resolve) => client.end(false, {}, resolve)),
        send: () => client.publish('bench/echo', 'ping', { qos: 1 }, (error) => error || heard()),
      }
    }`,
  ],
  [
    PEER.centrifuge.name,
    `(api) => {
      const client = new api.Centrifuge('wss://im.test/centrifuge', { websocket: WebSocket })
      client.on('connected', () => told())
      return { open: () => client.connect(), close: () => client.disconnect(), send: () => client.rpc('ping', {}).then(() => heard(), () => {}) }
    }`,
  ],
  [
    PEER.socketio.name,
    `(api) => {
      const client = api.io('wss://im.test', { transports: ['websocket'], autoConnect: false })
      client.on('connect', () => told())
      return { open: () => client.connect(), close: () => client.disconnect(), send: () => client.emit('ping', 'x', () => heard()) }
    }`,
  ],
])

export const CONNECTING: readonly Driver[] = DRIVERS.flatMap((driver) => {
  const code = CODE.get(driver.subject.name)
  if (code === undefined) return []
  const answer = driver.answer
  const extended: Driver['answer'] =
    driver.subject === PEER.centrifuge
      ? (data) => [
          ...(answer?.(data) ?? []),
          ...(text(data).includes('"rpc"')
            ? [`{"id":${/"id":(\d+)/.exec(text(data))?.[1] ?? '1'},"rpc":{"data":{}}}`]
            : []),
        ]
      : driver.subject === PEER.socketio
        ? (data) => [
            ...(answer?.(data) ?? []),
            ...(/^42(\d+)/
              .exec(text(data))
              ?.slice(1)
              .map((id) => `43${id}[]`) ?? []),
          ]
        : answer
  return [{ ...driver, code, ...(extended && { answer: extended }) }]
})

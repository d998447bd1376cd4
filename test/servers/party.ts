// One user on a simulated phone with the shipped SDK in it, against a real server: what it was told, and what reached it.
import { createPhone, type Phone } from '../../simulator/core/phone'
import { boot } from '../../simulator/node/boot'
import { realClock } from '../../simulator/node/clocks'
import { createNodeHttp } from '../../simulator/node/http'
import { createWsLink } from '../../simulator/node/ws-link'
import type * as Sdk from '../../src/index'
import { inRoot } from '../../tools/project'

export interface Party {
  readonly user: string
  readonly phone: Phone
  readonly connection: Sdk.Connection
  /** Texts that arrived, in order. */
  readonly received: readonly string[]
  /** Texts that the server acknowledged. */
  readonly acknowledged: readonly string[]
  /** What the app was told, in order: connected, resumed, reconnecting, `error 35026`, `disconnected 206`, ... */
  readonly told: readonly string[]
  /** Sends; resolves when acknowledged, never fails the test by itself. */
  text(to: string, words: string): Promise<void>
  end(): Promise<void>
}

export const createParty = (
  user: string,
  url: string,
  options: Partial<Sdk.ConnectionOptions> = {},
  /** Certificates that the phone trusts besides the usual ones, PEM. */
  ca?: string,
): Party => {
  const phone = createPhone({
    name: user,
    clock: realClock(),
    link: createWsLink(ca === undefined ? {} : { ca }),
    http: createNodeHttp(),
  })
  const sdk = boot(phone, { file: inRoot('miniprogram_dist', 'index.js') }).exports as typeof Sdk
  sdk.logger.setConsoleLogVisibility(false)
  const connection = new sdk.Connection({
    appKey: 'acme#chat',
    url,
    isHttpDNS: false,
    autoReconnectNumMax: Infinity,
    ...options,
  })
  const received: string[] = []
  const acknowledged: string[] = []
  const told: string[] = []
  connection.addEventHandler('party', {
    onConnected: ({ resumed }) => told.push(resumed ? 'resumed' : 'connected'),
    onReconnecting: () => told.push('reconnecting'),
    onDisconnected: ({ code }) => told.push(`disconnected ${code}`),
    onError: ({ code }) => told.push(`error ${code}`),
    onTokenExpired: () => told.push('token expired'),
    onTextMessage: ({ msg }) => received.push(msg),
  })
  return {
    user,
    phone,
    connection,
    received,
    acknowledged,
    told,
    text: (to, words) =>
      connection.send({ type: 'txt', to, msg: words }).then(
        () => void acknowledged.push(words),
        () => undefined,
      ),
    async end() {
      await connection.destroy()
      phone.dispose()
    },
  }
}

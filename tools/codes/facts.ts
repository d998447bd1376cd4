// What the tables of the SDK and its doors say about each condition, asked of them rather than written down again.
import EC, { type Handlers } from '../../src'
import { Connection } from '../../src/doors/connection'
import * as rongcloud from '../../src/doors/rongcloud'
import { NIM, type NimError, type NimOptions } from '../../src/doors/nim'
import { ErrorCode, verdictOf, type ErrorName } from '../../src/errors/codes'
import { ConnectionError } from '../../src/errors/connection-error'
import type { Answer } from '../../src/mqtt/codec/packet'
import { reasonOf, refusalOf } from '../../src/mqtt/refusals'
import { refusalOfClose } from '../../src/protocol/close-codes'
import type { Refusal, Verdict } from '../../src/protocol/refusal'

const answer = (type: 2 | 14, reason: number, legacy = false): Answer => ({
  type,
  id: 0,
  reason,
  sessionPresent: false,
  legacy,
  reasons: [],
  properties: {},
})
const hex = (reason: number) => `0x${reason.toString(16).toUpperCase()}`

/** What servers without numbers of their own say, and how the SDK takes it. 0x00 and everything unlisted tell nothing. */
const said: readonly (readonly [said: string, refusal: Refusal])[] = [
  ...Array.from({ length: 0x23 }, (_, i) => 0x80 + i).map(
    (reason) => [hex(reason), refusalOf(answer(14, reason))] as const,
  ),
  ...[1001, 1012, 1013].map((code) => [`close ${code}`, refusalOfClose(code, '')] as const),
].filter(([, { name, verdict }]) => name !== 'ServerRefused' || verdict !== 'fatal')

/** Reason codes of MQTT 5 and close codes of the WebSocket that mean this condition. */
export const saidBy = (name: ErrorName): string[] =>
  said.filter(([, refusal]) => refusal.name === name).map(([what]) => what)

/** The CONNACK codes of MQTT 3.1.1 that mean this condition. */
export const saidBefore = (name: ErrorName): number[] =>
  [1, 2, 3, 4, 5].filter(
    (reason) => refusalOf(answer(2, reason, true)).name === name && reasonOf(answer(2, reason, true)) > 0,
  )

export interface Retried {
  readonly verdict: Verdict
  /** The verdict of these is another: it is retried after them. */
  readonly butAfter: readonly string[]
}

export const retried = (name: ErrorName): Retried => ({
  verdict: verdictOf(name),
  butAfter: said
    .filter(([, refusal]) => refusal.name === name && refusal.verdict !== verdictOf(name))
    .map(([what, { verdict }]) => {
      if (verdict !== 'retry') throw new Error(`${name} after ${what} is ${verdict}: the page has no words for that`)
      return what
    }),
})

const keysOf = (names: Readonly<Record<string, number>>, code: number): string[] =>
  Object.keys(names).filter((key) => names[key] === code)

/** Easemob's names, in its own spelling. */
export const easemob = (code: number): string[] => keysOf(EC.statusCode, code)

/** RongCloud's names by platform. */
export const rongCloud = (code: number): Readonly<Record<'HarmonyOS' | 'Android' | 'Web', string[]>> => ({
  HarmonyOS: keysOf(rongcloud.EngineError, code),
  Android: keysOf(rongcloud.ConnectionErrorCode, code),
  // The seed's sample has a name of its own spelling; the right one is enough for people.
  Web: keysOf(rongcloud.RongIMLib.ErrorCode, code).filter((name) => !name.includes('PaROTOCOL')),
})

/** Tells NIM's door something, as the connection of this instance would, which never gets anywhere. */
const tellNim = (options: NimOptions, tell: (handlers: Handlers) => void): void => {
  const { addEventHandler } = Connection.prototype
  let heard: Handlers = {}
  Connection.prototype.addEventHandler = (_, handlers) => void (heard = handlers)
  NIM.configure({ url: 'ws://127.0.0.1:1/', isHttpDNS: false, wx: { connectSocket: () => undefined } })
  try {
    const instance = NIM.getInstance(options)
    tell(heard)
    instance.destroy()
  } finally {
    Connection.prototype.addEventHandler = addEventHandler
  }
}

/** NIM's code of a disconnection that its door reports; `undefined` where it is our number. */
export const nim = (name: ErrorName): string | undefined => {
  const told: NimError['code'][] = []
  // A user id that cannot be is refused before any network.
  const options = {
    appKey: 'docs',
    account: '!',
    token: 'x',
    ondisconnect: ({ code }: NimError) => void told.push(code),
  }
  tellNim(options, ({ onDisconnected }) => onDisconnected?.(new ConnectionError(name)))
  const [code] = told
  return code === undefined || code === ErrorCode[name] ? undefined : String(code)
}

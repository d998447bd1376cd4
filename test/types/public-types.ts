// What the public types let an app write, and what they refuse. Compiled against the built package, with ES2015 only.
import EC, {
  Connection,
  ConnectionError,
  ErrorCode,
  isConnectionError,
  logger,
  TokenRefused,
  type CloseResult,
  type ConnectionOptions,
  type ErrorName,
  type StateName,
} from 'miniprogram-im'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(_?: T) => undefined

const options: ConnectionOptions = { appKey: 'acme#chat', url: 'wss://im.example.com/mqtt' }
const connection = new Connection(options)
new EC.connection({
  ...options,
  autoReconnectNumMax: Infinity,
  tokenProvider: () => Promise.reject(new TokenRefused('blocked')),
})
// @ts-expect-error -- appKey is required
new Connection({ url: 'wss://im.example.com/mqtt' })
// @ts-expect-error -- an unknown option
new Connection({ ...options, appkey: 'acme#chat' })
// @ts-expect-error -- a wrong type
new Connection({ ...options, heartBeatWait: '30000' })

// Logging in: by token or by password.
void connection.open({ user: 'alice', accessToken: 'token' })
void connection.open({ user: 'alice', pwd: 'secret', timeout: 5 })
void connection.open({ user: 'alice' }) // the token comes from tokenProvider
// @ts-expect-error -- a time-out is a number of seconds
void connection.open({ user: 'alice', accessToken: 'token', timeout: '5s' })
// @ts-expect-error -- nobody
void connection.open({ accessToken: 'token' })

// Ending.
holds<Same<ReturnType<typeof connection.close>, Promise<CloseResult>>>()
void connection.destroy({ done: (error) => error?.remedy.length })

// Handlers are given what their event carries; others do not exist.
connection.addEventHandler('app', {
  onConnected: ({ resumed, protocolVersion }) =>
    holds<Same<[typeof resumed, typeof protocolVersion], [boolean, 4 | 5]>>(),
  onReconnecting: ({ attempt, delay, cause }) => [attempt.toFixed(), delay.toFixed(), cause.code],
  onDisconnected: (error) => holds<Same<typeof error, ConnectionError>>(),
  onStateChange: ({ from, to }) => holds<Same<[typeof from, typeof to], [StateName, StateName]>>(),
})
// @ts-expect-error -- no such event
connection.addEventHandler('app', { onConnect: () => undefined })
connection.on('onOnline', () => undefined)
// @ts-expect-error -- no such event
connection.on('online', () => undefined)

// Errors: one number per name, known to the compiler.
holds<Same<typeof ErrorCode.TokenExpired, 31020>>()
// @ts-expect-error -- no such condition
void ErrorCode.TokenExpird
export const remedyOf = (failure: unknown): string => (isConnectionError(failure) ? failure.remedy : '')
export const name: ErrorName = 'UserKicked'
holds<Same<ConnectionError['name'], ErrorName>>()
holds<Same<ConnectionError['code'], ErrorCode>>()
holds<Same<ErrorName, keyof typeof ErrorCode>>()
holds<Same<ErrorCode, (typeof ErrorCode)[ErrorName]>>()

/** Every state, and nothing else: the compiler says which one is missing. */
export const wordFor = (state: StateName): string => {
  switch (state) {
    case 'idle':
    case 'stopped':
    case 'gaveUp':
    case 'destroyed':
      return 'off'
    case 'authorizing':
    case 'queued':
    case 'opening':
    case 'handshaking':
      return 'connecting'
    case 'online':
      return 'on'
    case 'waiting':
    case 'paused':
    case 'closing':
      return 'between'
  }
}

/** `switch (error.name)` is exhaustive: a name that is left out remains in `rest`. */
export const pageFor = (error: ConnectionError): string => {
  switch (error.name) {
    case 'UserKicked':
    case 'UserLoginAnotherDevice':
      return 'login'
    default: {
      const rest: Exclude<ErrorName, 'UserKicked' | 'UserLoginAnotherDevice'> = error.name
      // @ts-expect-error -- these two are handled above
      const never: 'UserKicked' = error.name
      return rest + never
    }
  }
}
// @ts-expect-error -- no such name
void (new ConnectionError('Unknown').name === 'Unknwon')

// Every call is a method: a subclass overrides it and may call it.
export class Counting extends Connection {
  override send(...given: Parameters<Connection['send']>) {
    return super.send(...given)
  }
}

logger.setLevel('DEBUG')
// @ts-expect-error -- no such level
logger.setLevel('LOUD')

// The connection of this app: one for its whole life, whatever page is open. It knows nothing of the framework.
import EC, { ErrorCode, type Connection, type ConnectionError } from 'miniprogram-im'

/** For trying only. In a real app the token comes from your own server: open({ user, accessToken }) and `tokenProvider`. */
const PASSWORD = 'correct horse'

export interface Line {
  readonly id: string
  readonly from: string
  readonly text: string
}

export interface Chat {
  login(user: string): Promise<void>
  send(to: string, text: string): Promise<void>
}

export interface Screen {
  /** What the user should know of the connection, in a few words. */
  state(words: string): void
  line(line: Line): void
}

const words = ({ code, message, remedy }: ConnectionError): string => `${code} ${message} ${remedy}`

/** @param server - the address of the embedded server, `http://127.0.0.1:7380` */
export function createChat(server: string, screen: Screen): Chat {
  const conn: Connection = new EC.connection({
    appKey: 'acme#chat',
    url: `${server.replace(/^http/, 'ws')}/mqtt`,
    apiUrl: server,
    autoReconnectNumMax: Infinity,
  })
  conn.addEventHandler('chat', {
    onConnected: () => screen.state('已连接'),
    onReconnecting: ({ attempt, delay }) => screen.state(`第 ${attempt} 次重连，${Math.ceil(delay / 1000)} 秒后`),
    onDisconnected: (error) => screen.state(words(error)),
    onTextMessage: ({ id, from, msg }) => screen.line({ id, from, text: msg }),
  })

  return {
    async login(user) {
      try {
        await conn.registerUser({ username: user, password: PASSWORD }).catch((error: ConnectionError) => {
          if (error.code !== ErrorCode.UserExists) throw error // which it does from the second time on
        })
        await conn.open({ user, pwd: PASSWORD })
      } catch (error) {
        screen.state(words(error as ConnectionError))
      }
    },
    async send(to, text) {
      try {
        const { serverMsgId } = await conn.send(
          EC.message.create({ type: 'txt', chatType: 'singleChat', to, msg: text }),
        )
        screen.line({ id: serverMsgId, from: '我', text })
      } catch (error) {
        screen.state(words(error as ConnectionError))
      }
    },
  }
}

// The vendors' samples, with nothing but the import changed, compile; and the types that their users write exist.
import EC, { EasemobChat, logger } from 'miniprogram-im'
import NIM from 'miniprogram-im/nim'
import { EngineError, IMEngine, RongCoreClient, RongIMClient, RongIMLib } from 'miniprogram-im/rongcloud'

declare const console: { log(...what: unknown[]): void }

// Easemob, 初始化及登录: 对于 TypeScript SDK,导入代码如下, EasemobChat 是 SDK 类型的命名空间
const conn: EasemobChat.Connection = new EC.connection({
  appKey: 'your#appKey',
  url: 'wss://im-api-wechat.easemob.com/websocket',
  apiUrl: 'https://a1.easemob.com',
})
void conn.registerUser({ username: 'user', password: 'password' }).then((res) => console.log(res))
conn
  .open({ user: 'username', pwd: 'password' })
  .then(() => {
    console.log('login success')
  })
  .catch((reason) => {
    console.log('login fail', reason)
  })
void conn.close()
conn.addEventHandler('handlerId', {
  onConnected: () => {
    console.log('onConnected')
  },
  onDisconnected: () => {
    console.log('onDisconnected')
  },
  onTokenWillExpire: () => {
    console.log('onTokenWillExpire')
  },
  onTokenExpired: () => {
    console.log('onTokenExpired')
  },
})
logger.enableAll()
logger.setConsoleLogVisibility(false)
logger.onLog = (log) => {
  console.log('im logger', log)
}
logger.disableAll()
logger.setLevel(0)
logger.setConfig({
  useCache: false, // 是否缓存
  maxCache: 3 * 1024 * 1024, // 最大缓存字节
})
void logger.download()
// @ts-expect-error -- an unknown setting
logger.setConfig({ cache: true })

export const handlers: EasemobChat.EventHandlerType = {
  onTextMessage: (message: EasemobChat.TextMsgBody) => console.log(message.msg, message.from),
  onImageMessage: (message: EasemobChat.ImgMsgBody) => console.log(message.url),
  onCustomMessage: (message: EasemobChat.CustomMsgBody) => console.log(message.customEvent),
  onDisconnected: (error?: EasemobChat.ErrorEvent) => console.log(error?.code),
}
export const parameters: EasemobChat.ConnectionParameters = { appKey: 'a#b', url: 'wss://a/mqtt' }
export const wanted: EasemobChat.CreateMsgType = { type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'hello' }
export const text = (message: EasemobChat.MessageBody): string => (message.type === 'txt' ? message.msg : '')
export const sent = (): Promise<EasemobChat.SendMsgResult> => conn.send(EC.message.create(wanted))
export const receipts = () =>
  Promise.all([
    conn.send(EC.message.create({ type: 'channel', to: 'bob' })),
    conn.send(EC.message.create({ type: 'channel', to: 'bob', chatType: 'singleChat' })),
    conn.send(EC.message.create({ type: 'read', to: 'bob', id: 'mid' })),
  ])
export const group = (chatType: 'singleChat' | 'groupChat') =>
  conn.send(EC.message.create({ type: 'txt', to: 'room', chatType, msg: 'hello' }))
// @ts-expect-error -- a group has no receipts
void conn.send(EC.message.create({ type: 'channel', to: 'room', chatType: 'groupChat' }))
export const list = (): Promise<EasemobChat.AsyncResult<EasemobChat.ConversationItem[]>> => conn.getLocalConversations()
// @ts-expect-error -- no such type
export type Nothing = EasemobChat.Nothing

// NIM, 登录登出
var nim = NIM.getInstance({
  appKey: 'abcdefghijk', // 在开发者管理控制台创建的应用的appKey
  account: 'foo', // IM账号名称
  token: 'token', // 登录IM所需的token
  //
  onconnect: onConnect,
  onwillreconnect: onWillReconnect,
  ondisconnect: onDisconnect,
  onerror: onError,
})
function onConnect() {
  console.log('连接成功')
}
function onWillReconnect(obj: { retryCount: number; duration: number }) {
  console.log(obj.retryCount)
  console.log(obj.duration)
}
function onDisconnect(error?: { code?: number | string }) {
  if (error) {
    switch (error.code) {
      case 302:
        break
      case 417:
        break
      case 'kicked':
        break
      default:
        break
    }
  }
}
function onError(error: unknown) {
  console.log(error)
}
nim.destroy({
  done: function (err) {
    console.log('实例已被完全清除', err)
  },
})
NIM.getInstance({ appKey: 'a', account: 'b', token: 'c', customTag: 'd', debug: true, logFunc: (log) => log.event })
// @ts-expect-error -- no token
NIM.getInstance({ appKey: 'a', account: 'b' })

// RongCloud, 连接 (HarmonyOS)
let token = 'IMToken'
let timeout = 5
void IMEngine.getInstance()
  .connect(token, timeout)
  .then((result) => {
    if (EngineError.Success === result.code) {
      // 连接成功
      let userId = result.userId
      return userId
    }
    if (EngineError.ConnectTokenExpired === result.code) {
      // Token 过期,从 APP 服务请求新 token,获取到新 token 后重新 connect()
    } else if (EngineError.ConnectionTimeout === result.code) {
      // 连接超时,弹出提示,可以引导用户等待网络正常的时候再次点击进行连接
    } else {
      //其它业务错误码,请根据相应的错误码作出对应处理。
    }
    return undefined
  })

// RongCloud, 连接 (Android): its interfaces are types inside RongIMClient
class Callback implements RongIMClient.ConnectCallback {
  onDatabaseOpened(code: RongIMClient.DatabaseOpenStatus) {
    if (RongIMClient.DatabaseOpenStatus.DATABASE_OPEN_SUCCESS === code) console.log('open')
  }
  onSuccess(userId: string) {
    console.log(userId)
  }
  onError(errorCode: RongIMClient.ConnectionErrorCode) {
    if (errorCode === RongIMClient.ConnectionErrorCode.RC_CONN_TOKEN_EXPIRE) console.log('expired')
    else if (errorCode === RongIMClient.ConnectionErrorCode.RC_CONNECT_TIMEOUT) console.log('timeout')
    else if (errorCode === RongIMClient.ConnectionErrorCode.IPC_DISCONNECT) console.log('never here')
  }
}
RongIMClient.connect('用户Token', 0, new Callback())
RongIMClient.connect('用户Token', new Callback())
RongCoreClient.connect('用户Token', 5, 'user', new Callback())
// @ts-expect-error -- seconds are a number
RongIMClient.connect('用户Token', '5', new Callback())

// RongCloud, Web
RongIMClient.connect(token, {
  onSuccess: function (userId) {
    console.log('Connect successfully.' + userId)
  },
  onTokenIncorrect: function () {
    console.log('token无效')
  },
  onError: function (errorCode) {
    var info = ''
    switch (errorCode) {
      case RongIMLib.ErrorCode.TIMEOUT:
        info = '超时'
        break
      case RongIMLib.ErrorCode.UNKNOWN_ERROR:
        info = '未知错误'
        break
      case RongIMLib.ErrorCode.UNACCEPTABLE_PaROTOCOL_VERSION:
        info = '不可接受的协议版本'
        break
      case RongIMLib.ErrorCode.IDENTIFIER_REJECTED:
        info = 'appkey不正确'
        break
      case RongIMLib.ErrorCode.SERVER_UNAVAILABLE:
        info = '服务器不可用'
        break
    }
    console.log(errorCode, info)
  },
})

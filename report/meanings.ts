// What each code means and what to do about it, in both languages; the English is the SDK's own table.
import { conditions, type ErrorName } from '../src/errors/codes'
import { isErrorName } from './phone'

type Pair = readonly [meaning: string, remedy: string]

const chinese: Partial<Record<ErrorName, Pair>> = {
  Unknown: ['未知错误', '查看 cause，并把日志发给技术支持。'],
  UserLoginAnotherDevice: ['账号在其他设备登录', '返回登录页，不要自动重新登录。'],
  UserRemoved: ['账号已被移除', '返回登录页。'],
  KickedByChangePassword: ['密码已被修改', '请用户输入新密码。'],
  KickedByOtherDevice: ['被该用户的其他设备踢下线', '返回登录页。'],
  UnacceptableProtocolVersion: ['服务器不支持 MQTT 5，也不支持 3.1.1', '确认 url 指向基于 WebSocket 的 MQTT 服务器。'],
  IdentifierRejected: ['服务器不认识这个 appKey 或客户端 id', '检查 appKey。'],
  ServerUnavailable: ['服务器不可用', '会自动重试；若持续出现，请检查服务器。'],
  TokenIncorrect: ['令牌不被接受', '从 appKey 所属的环境重新获取令牌。'],
  NotAuthorized: ['应用校验未通过', '检查服务器上的应用设置。'],
  AppBlockedOrDeleted: ['应用已被封禁或删除', '联系服务器的运营人员。'],
  UserBlocked: ['用户已被封禁', '告知用户，并联系服务器的运营人员。'],
  UserKicked: ['服务器结束了会话', '告知用户；仅在用户要求时重新登录。'],
  UserBlockedWhileConnected: ['用户在连接期间被封禁', '告知用户，并联系服务器的运营人员。'],
  TokenExpired: ['令牌已过期', '获取新令牌后重新 open()，或设置 tokenProvider。'],
  OneTimePasswordUsed: ['一次性令牌已被使用', '获取新令牌。'],
  PlatformMismatch: ['令牌属于其他平台', '为当前平台获取令牌。'],
  UserDeletedAccount: ['用户已注销账号', '告知用户账号已不存在。'],
  ClientNotInit: ['SDK 尚未初始化', '先调用 init，或先创建连接。'],
  ConnectionExist: ['已经连接或正在连接', '再次 open() 之前先调用 close()。'],
  ConnectionTimeout: ['在允许的时间内没有连上', '网络好转后再次 open()。'],
  InvalidOption: ['选项无效', '修正提示中指出的选项。'],
  InvalidArgument: ['参数无效', '修正提示中指出的参数。'],
  Destroyed: ['连接已被销毁', '创建新的连接。'],
  ConnectionClosed: ['被 close() 结束', '需要时再次 open()。'],
  NotConnected: ['尚未连接', '等待 onConnected。'],
  NetworkUnavailable: ['手机没有网络', '网络恢复后会自动连上。'],
  AppSuspended: ['小程序在后台，微信中断了网络', '回到前台后会自动连上。'],
  DomainNotAllowed: ['域名不在合法域名列表中', '在「开发管理 › 服务器域名」的 socket 合法域名中添加该域名。'],
  InvalidUrl: ['网址无效', '检查 url 和 apiUrl。'],
  SocketBudgetExhausted: ['微信不允许再打开 WebSocket', '关闭小程序中其他代码占用的连接；SDK 会自动重试。'],
  SocketFailed: ['WebSocket 出错', '会自动重试；查看详情。'],
  SocketTimeout: ['连接或握手超时', '会自动重试；检查网络和服务器。'],
  TlsFailed: ['TLS 握手失败', '检查服务器证书及完整的证书链。'],
  HandshakeRefused: ['服务器没有接受 WebSocket 升级', '检查 url 的路径和前面的代理。'],
  LinkLost: ['连接被断开', '会自动重连；查看详情。'],
  HeartbeatTimeout: ['服务器不再应答心跳', '会自动重连。'],
  ProtocolViolated: ['服务器违反了协议', '查看详情，并告知服务器的运营人员。'],
  ServerShuttingDown: ['服务器正在关闭', '会分散开自动重连。'],
  ServerBusy: ['服务器繁忙', '会分散开自动重连。'],
  ServerMoved: ['服务器重定向次数过多', '检查服务器上的引用配置。'],
  ServerRefused: ['服务器拒绝，原因没有专门的编号', '查看详情。'],
  SubscriptionRefused: ['服务器拒绝了订阅', '检查服务器上的访问规则。'],
  PublishRefused: ['服务器拒绝了消息', '检查服务器上的访问规则。'],
  PacketTooLarge: ['超过服务器接受的大小', '减少一次发送的内容。'],
  QueueFull: ['等待发送的内容过多', '等一部分发送完成。'],
  SessionLost: ['服务器丢失了会话', '期间的消息可能缺失，请从服务器重新加载。'],
  UnsupportedHere: ['当前平台缺少所需接口', '查看提示中缺少的接口。'],
  EndpointsUnavailable: ['不知道消息服务器的地址', '设置 url，或检查 apiUrl。'],
  TokenUnavailable: ['tokenProvider 没有取到令牌', '会自动重试；查看详情。'],
  TokenRefused: ['tokenProvider 明确拒绝', '返回登录页。'],
  RestFailed: ['REST 调用失败', '查看提示与详情。'],
}

/** A code's meaning and remedy; a name that this version does not know stands for itself. */
export const meaningOf = (name: string): { readonly zh: Pair; readonly en: Pair } => {
  const en: Pair = isErrorName(name) ? [conditions[name][1], conditions[name][2]] : [name, '']
  return { zh: (isErrorName(name) ? chinese[name] : undefined) ?? en, en }
}

// What the user reads for each condition of the SDK, and what helps. The numbers never change; the words are ours.
// A condition without a row does not compile, so no refusal ever reaches a user in English or not at all.
import { ErrorCode, type ErrorName } from 'miniprogram-im'

/**
 * again: the same once more may succeed. change: something else must be typed or chosen. login: a fresh login.
 * ask: only somebody else can help. none: nothing needs to be done.
 */
export type Help = 'again' | 'change' | 'login' | 'ask' | 'none'

export interface Face {
  readonly code: number
  readonly title: string
  readonly hint: string
  readonly help: Help
}

type Words = readonly [title: string, hint: string, help: Help]

const noServer: Words = ['连不上服务器', '请检查网络和服务器地址，然后再试。', 'again']

const words: Readonly<Record<ErrorName, Words>> = {
  Unknown: ['出了点问题', '请再试一次；如果还不行，请在“日志”页把日志交给客服。', 'again'],

  UserLoginAnotherDevice: ['账号在别处登录', '你的账号刚刚在另一台设备上登录，本机已下线。如果不是你本人操作，请尽快修改密码。', 'again'],
  UserRemoved: ['账号已被移除', '这个账号已被管理员移除，无法继续使用。', 'ask'],
  KickedByChangePassword: ['密码已修改', '你的密码已在别处修改，请用新密码重新登录。', 'login'],
  KickedByOtherDevice: ['被其他设备下线', '你在另一台设备上结束了本机的登录。', 'again'],

  UnacceptableProtocolVersion: ['服务器不兼容', '这台服务器的版本与小聊不兼容，请联系管理员。', 'ask'],
  IdentifierRejected: ['App Key 不正确', '服务器不认识这个 App Key，请在“服务器与更多设置”里检查。', 'change'],
  ServerUnavailable: ['服务器暂时不可用', '请稍后再试。', 'again'],
  TokenIncorrect: ['令牌不正确', '服务器不接受这个令牌，请重新获取后再登录。', 'login'],
  NotAuthorized: ['应用校验未通过', '请联系应用管理员检查服务器设置。', 'ask'],
  AppBlockedOrDeleted: ['应用已停用', '请联系应用管理员。', 'ask'],
  UserBlocked: ['账号已被封禁', '这个账号已被封禁，请联系管理员。', 'ask'],
  UserKicked: ['已被管理员下线', '管理员结束了你的登录。如有疑问请联系管理员。', 'again'],
  UserBlockedWhileConnected: ['账号已被封禁', '这个账号刚刚被管理员封禁，请联系管理员。', 'ask'],
  TokenExpired: ['登录已过期', '为了你的账号安全，请重新登录。', 'login'],
  OneTimePasswordUsed: ['登录凭证已使用', '一次性凭证不能重复使用，请重新登录。', 'login'],
  PlatformMismatch: ['登录凭证不适用', '这个凭证属于另一种设备，请在本机重新登录。', 'login'],
  UserDeletedAccount: ['账号已注销', '这个账号已由用户本人注销。', 'ask'],
  ClientNotInit: ['小聊还没有准备好', '请关闭小程序后重新打开。', 'again'],
  ConnectionExist: ['已经在连接了', '不需要再登录一次，请稍等。', 'none'],
  ConnectionTimeout: ['连接超时', '没能在限定时间内连上服务器，请检查网络后重试。', 'again'],

  InvalidOption: ['设置不正确', '请检查“服务器与更多设置”里填写的内容。', 'change'],
  InvalidArgument: ['填写的内容不正确', '请检查用户名、密码或令牌里有没有多余的空格或特殊字符。', 'change'],
  Destroyed: ['登录已结束', '请重新登录。', 'login'],
  ConnectionClosed: ['连接已关闭', '请重新登录；没发完的消息还在，登录后会继续发送。', 'login'],
  NotConnected: ['还没有连上', '连上之后再试一次。', 'again'],
  NetworkUnavailable: ['网络不可用', '请检查手机的网络设置，恢复后会自动连上。', 'again'],
  AppSuspended: ['后台连接被系统中断', '回到前台后会自动恢复。', 'none'],
  DomainNotAllowed: ['域名不在白名单', '请在小程序后台的“服务器域名”里加上它，或在开发者工具里勾选“不校验合法域名”。', 'change'],
  InvalidUrl: ['服务器地址不正确', '请检查服务器地址。', 'change'],
  SocketBudgetExhausted: ['连接数已用完', '小程序里其他代码占用了连接，释放后会自动重试。', 'again'],
  SocketFailed: noServer,
  SocketTimeout: ['连接超时', '服务器没有及时应答，请检查网络。', 'again'],
  TlsFailed: ['安全连接失败', '服务器的证书有问题，或当前网络需要先登录认证。请换个网络，或联系管理员。', 'again'],
  HandshakeRefused: ['服务器地址不正确', '这个地址不是消息服务器，请检查。', 'change'],
  LinkLost: ['连接断开', '会自动重连。', 'again'],
  HeartbeatTimeout: ['服务器没有响应', '会自动重连。', 'again'],
  ProtocolViolated: ['服务器应答有误', '会自动重连；如果一直这样，请联系管理员。', 'again'],
  ServerShuttingDown: ['服务器正在重启', '会自动重连。', 'again'],
  ServerBusy: ['服务器繁忙', '会自动重连。', 'again'],
  ServerMoved: ['服务器搬家了', '没有找到新地址，请联系管理员。', 'ask'],
  ServerRefused: ['服务器拒绝了连接', '请联系管理员，并告知错误码。', 'ask'],
  SubscriptionRefused: ['收不到这里的消息', '服务器不允许接收这里的消息，请联系管理员。', 'ask'],
  PublishRefused: ['服务器没有接受这条消息', '可能没有这个用户或群，或者你不能发到那里。请核对后再发。', 'again'],
  PacketTooLarge: ['消息太大', '服务器不接受这么大的消息，请分几次发送。', 'change'],
  QueueFull: ['等待发送的消息太多', '请等前面的消息发出去，再发这一条。', 'again'],
  SessionLost: ['离线时的消息可能不全', '服务器没有保留这段时间的消息，请向对方确认。', 'none'],
  UnsupportedHere: ['微信版本太低', '请把微信升级到最新版本后再试。', 'ask'],
  EndpointsUnavailable: ['找不到服务器', '请检查服务器地址和网络。', 'again'],
  TokenUnavailable: ['暂时无法登录', '没有取到登录凭证，会自动重试。', 'again'],
  TokenRefused: ['登录已失效', '请重新登录。', 'login'],
  RestFailed: noServer,
  MessageSkipped: ['有一条消息看不了', '收到的一条消息有误，已经跳过；后面的消息不受影响。', 'none'],
  CloseUnconfirmed: ['连接可能没有关好', '微信没有确认连接已关闭，过一会儿再试。', 'again'],
  UserExists: ['用户名已被占用', '换一个用户名，或直接登录。', 'change'],
  RegistrationClosed: ['服务器未开放注册', '请联系管理员为你创建账号。', 'ask'],

  InvalidMessage: ['这条消息发不出去', '消息或收件人的格式不正确，请检查后再发。', 'change'],
  MessageTooLarge: ['消息太长', '一条消息最多约两万个汉字，请分几次发送。', 'change'],
  MessageExpired: ['超时未发出', '等了三天也没能发出，需要的话请重新发送。', 'again'],
  MessageCancelled: ['已取消发送', '需要的话可以重新发送。', 'again'],
  FileTooLarge: ['图片太大', '最多 10 MB，请换一张，或压缩后再发。', 'change'],
  FileRefused: ['服务器不接受这个文件', '请换一张图片。', 'change'],
  UploadFailed: ['图片没有传上去', '试了几次都没有成功，请检查网络后重新发送。', 'again'],
  StoreUnavailable: ['手机存储空间不足', '聊天记录暂时无法保存，请清理手机存储空间。', 'again'],
  GroupNotFound: ['没有这个群', '群已解散或群号有误，请核对群号。', 'change'],
  NotGroupMember: ['你不在这个群里', '加入这个群之后再试。', 'ask'],
  NotGroupOwner: ['只有群主可以这样做', '请联系群主。', 'ask'],
  RecallTooLate: ['不能撤回了', '发出超过两分钟的消息不能撤回。', 'change'],

  LogUploadDisabled: ['没有开启日志上传', '请联系应用管理员开启。', 'ask'],
  LogConsentRefused: ['没有上传', '你没有同意上传日志。', 'none'],
  LogUploadMetered: ['正在使用流量', '请连上 Wi-Fi 后再上传。', 'again'],
  TapRequired: ['请再点一次', '微信只允许在点击时分享文件。', 'again'],
  LogNotWritten: ['日志没有写成', '请清理手机存储空间后再试。', 'again'],
} // prettier-ignore

/** Where in the app a condition is met, when that gives it another meaning. */
export type Place = 'password' | 'online'

const wordsAt: Readonly<Record<Place, Partial<Readonly<Record<ErrorName, Words>>>>> = {
  password: { TokenIncorrect: ['用户名或密码不正确', '请检查后重新输入。', 'change'] },
  online: { TokenIncorrect: ['登录已失效', '登录凭证不再有效，请重新登录。', 'login'] },
}

const nameOf = (code: number): ErrorName =>
  (Object.keys(words) as ErrorName[]).find((name) => ErrorCode[name] === code) ?? 'Unknown'

/** The number of anything that was thrown; -1 where it has none. */
export const codeOf = (problem: unknown): number => (problem as { code?: number } | undefined)?.code ?? -1

/** The face of a condition; `problem` is anything that was thrown. */
export function faceOf(problem: unknown, place?: Place): Face {
  const { cause } = (problem ?? {}) as { cause?: unknown }
  const code = codeOf(problem)
  const name = nameOf(code)
  // Why it took too long says more than that it did.
  if (name === 'ConnectionTimeout' && codeOf(cause) > 0) return { ...faceOf(cause, place), code }
  const [title, hint, help] = (place && wordsAt[place][name]) ?? words[name]
  return { code, title, hint, help }
}

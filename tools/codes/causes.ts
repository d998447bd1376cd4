// What leads to each condition, in both languages; what it means and what to do is in report/meanings.ts. The MQTT reason
// codes and close codes are not told here: the page reads them from the tables that the SDK itself uses.
import type { ErrorName } from '../../src/errors/codes'

type Text = readonly [english: string, chinese: string]

export const causes: Readonly<Record<ErrorName, Text>> = {
  Unknown: [
    'Nothing in the SDK raises it; kept for RongCloud’s `UNKNOWN`.',
    'SDK 自身不会产生；为融云的 `UNKNOWN` 保留。',
  ],
  UserLoginAnotherDevice: [
    'The same user opened a session elsewhere, and `multiDevice` is off. Also said when four sessions in a row end without a word within 20 s: a server that takes over silently.',
    '同一用户在别处登录，且 `multiDevice` 未开启。连续四次会话都在 20 秒内无声结束时也会报告：服务器在悄悄地接管会话。',
  ],
  UserRemoved: ['The operator removed the account while it was connected.', '连接期间，运营人员移除了账号。'],
  KickedByChangePassword: [
    'The password was changed while connected; older tokens are void.',
    '连接期间密码被修改；之前的令牌全部作废。',
  ],
  KickedByOtherDevice: [
    'Another device of the user, or the operator in its name, ended this session.',
    '该用户的其他设备（或运营人员代为操作）结束了这次会话。',
  ],
  UnacceptableProtocolVersion: ['The server refused both MQTT 5 and 3.1.1.', '服务器既拒绝了 MQTT 5，也拒绝了 3.1.1。'],
  IdentifierRejected: [
    '`appKey` is of another server or environment; or the client id is not the user’s own.',
    '`appKey` 属于另一台服务器或另一个环境；或客户端 id 不属于该用户。',
  ],
  ServerUnavailable: ['Maintenance, or a limit of the server is reached.', '服务器在维护，或达到了上限。'],
  TokenIncorrect: [
    'The token is forged, void (secret rotated, user removed) or of another app; or the password is wrong.',
    '令牌是伪造的、已作废（密钥轮换、用户被移除）或属于别的应用；或密码错误。',
  ],
  NotAuthorized: [
    'The app admits only clients that name their platform, and this one did not.',
    '应用只接受申报平台的客户端，而这个客户端没有申报。',
  ],
  AppBlockedOrDeleted: ['The operator blocked the app.', '运营人员封禁了应用。'],
  UserBlocked: ['The user is blocked: told at login.', '用户处于封禁状态：在登录时告知。'],
  UserKicked: ['The operator ended the session.', '运营人员结束了会话。'],
  UserBlockedWhileConnected: ['The operator blocked the user, who was connected.', '运营人员封禁了正在线上的用户。'],
  TokenExpired: ['The token’s life is over.', '令牌的有效期已过。'],
  OneTimePasswordUsed: ['A one-time token was used for a second login.', '一次性令牌被用于第二次登录。'],
  PlatformMismatch: ['The token names a platform that this phone is not.', '令牌指定的平台与这部手机不符。'],
  UserDeletedAccount: ['The account was closed at the user’s own wish.', '账号已按用户本人的意愿注销。'],
  ClientNotInit: ['RongCloud’s door: `connect` before `init`.', '融云入口：在 `init` 之前调用了 `connect`。'],
  ConnectionExist: ['`open()` while connected or connecting.', '已连接或正在连接时又调用了 `open()`。'],
  ConnectionTimeout: [
    'The seconds of `open({ timeout })` are over. This is the end of the retries.',
    '`open({ timeout })` 给定的秒数用完。重试到此为止。',
  ],
  InvalidOption: [
    '`new Connection()` was given an unknown option, a wrong type or a value out of range.',
    '`new Connection()` 收到了未知选项、错误的类型或越界的值。',
  ],
  InvalidArgument: [
    'A call was given something it cannot take: a user id with a space in it, an empty token, ...',
    '调用收到了无法接受的参数：含空格的用户 ID、空的令牌等。',
  ],
  Destroyed: ['A call after `destroy()`, or one that it interrupted.', '在 `destroy()` 之后调用，或被它打断。'],
  ConnectionClosed: [
    '`close()`, or an `open()` as another user, ended what was under way.',
    '`close()`，或以另一用户 `open()`，结束了进行中的一切。',
  ],
  NotConnected: ['A call that needs the link, or a login, came without.', '调用需要连接或登录，而此时没有。'],
  NetworkUnavailable: [
    'Reserved: without a network the SDK waits, and says so by `onOffline`.',
    '保留：没有网络时 SDK 会等待，并以 `onOffline` 告知。',
  ],
  AppSuspended: [
    'WeChat cuts sockets 5 s after the app was hidden, and refuses new ones until it is back.',
    '小程序进入后台 5 秒后，微信会切断 socket，回到前台之前不许新建。',
  ],
  DomainNotAllowed: ['The phone says "not in domain list" (600002).', '手机提示“不在合法域名列表中”（600002）。'],
  InvalidUrl: ['The phone refused the address of the socket (600009).', '手机拒绝了 socket 的地址（600009）。'],
  SocketBudgetExhausted: [
    'Other code of the app holds the platform’s sockets (600007). The SDK never opens more than `maxSockets`.',
    '应用中的其他代码占满了平台的 socket（600007）。SDK 自己从不超过 `maxSockets`。',
  ],
  SocketFailed: [
    'The network, DNS, a firewall, or no server at that address.',
    '网络、DNS、防火墙，或该地址没有服务器。',
  ],
  SocketTimeout: [
    '15 s without an open socket and an answer to the login.',
    '15 秒内 socket 没有打开，或登录没有得到答复。',
  ],
  TlsFailed: [
    'A wrong or incomplete certificate, or a captive portal in between.',
    '证书错误或不完整，或中间有需要认证的公共网络。',
  ],
  HandshakeRefused: [
    'A proxy or a web server answered where an MQTT server was expected. Not retried after too many redirects.',
    '应答的是代理或网站，而不是 MQTT 服务器。重定向过多时不再重试。',
  ],
  LinkLost: ['The network, a proxy, or the server without giving a reason.', '网络、代理，或服务器没有给出原因。'],
  HeartbeatTimeout: [
    '10 s without any byte after a ping: a half-open link.',
    '心跳之后 10 秒没有任何数据：连接已半开。',
  ],
  ProtocolViolated: ['Bytes that MQTT forbids, or no MQTT at all.', '收到 MQTT 不允许的数据，或根本不是 MQTT。'],
  ServerShuttingDown: ['A restart or a deployment.', '服务器重启或发布。'],
  ServerBusy: ['Too many logins at once, or HTTP 429.', '同时登录过多，或 HTTP 429。'],
  ServerMoved: [
    'More than three redirects in a row, or one that names no server.',
    '连续重定向超过三次，或重定向没有给出服务器。',
  ],
  ServerRefused: ['Any other reason code; `message` has it.', '其他任何原因码；见 `message`。'],
  SubscriptionRefused: ['Access rules: 0x80 or more in SUBACK.', '访问规则：SUBACK 中返回 0x80 或更大。'],
  PublishRefused: ['Access rules or a quota: 0x80 or more in PUBACK.', '访问规则或配额：PUBACK 中返回 0x80 或更大。'],
  PacketTooLarge: ['More than the server’s maximum packet size.', '超过服务器的最大报文长度。'],
  QueueFull: [
    'More than `outboxMaxCount` messages or `outboxMaxBytes` wait; or `publish()` is called faster than the server acknowledges.',
    '等待的消息超过 `outboxMaxCount` 或 `outboxMaxBytes`；或 `publish()` 快于服务器的确认。',
  ],
  SessionLost: [
    'The server kept no session: it expired, or the server lost its data.',
    '服务器没有保留会话：会话过期，或服务器丢失了数据。',
  ],
  UnsupportedHere: ['No global `wx`, or an old base library.', '没有全局 `wx`，或基础库过旧。'],
  EndpointsUnavailable: [
    '`isHttpDNS` got no list, none is stored, and `url` is not set.',
    '`isHttpDNS` 没有取到列表，本地没有保存，也没有设置 `url`。',
  ],
  TokenUnavailable: [
    '`tokenProvider` failed or took 20 s. Not retried where there is none.',
    '`tokenProvider` 失败，或超过 20 秒。没有设置它时不重试。',
  ],
  TokenRefused: ['`tokenProvider` threw `TokenRefused`.', '`tokenProvider` 抛出了 `TokenRefused`。'],
  RestFailed: [
    '`apiUrl` did not answer, or answered with an error without a number.',
    '`apiUrl` 没有应答，或返回了不带编号的错误。',
  ],
  UserExists: ['`registerUser` with a user id that is taken.', '`registerUser` 使用了已被占用的用户 ID。'],
  RegistrationClosed: [
    '`registerUser` where only the operator creates users.',
    '只有运营人员能创建用户，却调用了 `registerUser`。',
  ],
  MessageSkipped: [
    'The server passed on a message that breaks a rule of MQTT, or that is larger than 1 MiB. It was left out and the server told so; the connection lives on. `cause` has `topic` and the MQTT reason code.',
    '服务器转发了一条违反 MQTT 规则或超过 1 MiB 的消息。它被跳过并已答复服务器，连接不受影响。`cause` 里有 `topic` 和 MQTT 原因码。',
  ],
  CloseUnconfirmed: [
    'Given to `done`: the phone did not say within 20 s that the socket is closed. It is asked again, for a minute at most.',
    '传给 `done`：手机在 20 秒内没有确认连接已关闭。SDK 会继续请求关闭，最多一分钟。',
  ],
  InvalidMessage: [
    '`send()` was given a message that no receiver would accept.',
    '`send()` 收到了任何接收方都不会接受的消息。',
  ],
  MessageTooLarge: ['More than `messageMaxBytes` as JSON.', '转成 JSON 后超过 `messageMaxBytes`。'],
  MessageExpired: ['It waited in the outbox for longer than `outboxMaxAge`.', '在发件箱中等待超过 `outboxMaxAge`。'],
  MessageCancelled: ['`cancelMessage()`, or its conversation was removed.', '`cancelMessage()`，或其会话被删除。'],
  FileTooLarge: ['More than `fileMaxBytes`, or HTTP 413.', '超过 `fileMaxBytes`，或 HTTP 413。'],
  FileRefused: [
    'The server takes no files of this type, or from this user.',
    '服务器不接受这种类型的文件，或不接受该用户的文件。',
  ],
  UploadFailed: ['Four tries failed.', '尝试了四次都失败。'],
  StoreUnavailable: ['The phone’s storage is full or broken.', '手机存储已满或损坏。'],
  GroupNotFound: ['The group was destroyed, or never existed.', '群组已解散，或从未存在。'],
  NotGroupMember: ['A call about a group that the user is not in.', '对不在其中的群组进行操作。'],
  NotGroupOwner: ['A member did what only the owner may.', '普通成员做了只有群主能做的事。'],
  RecallTooLate: [
    '`recallMessage()` of a message that was sent more than `recallMaxAge` ago.',
    '对发出时间超过 `recallMaxAge` 的消息调用了 `recallMessage()`。',
  ],
  LogUploadDisabled: [
    'No open connection has `enableReportLogs` and `apiUrl`.',
    '没有任何连接设置了 `enableReportLogs` 和 `apiUrl`。',
  ],
  LogConsentRefused: [
    'The `consent` given to `upload()` answered no.',
    '传给 `upload()` 的 `consent` 得到了否定的回答。',
  ],
  LogUploadMetered: ['Not on Wi-Fi, and `allowMetered` is not set.', '不在 Wi-Fi 下，也没有设置 `allowMetered`。'],
  TapRequired: ['`download()` was not called by a tap.', '`download()` 不是由点击触发。'],
  LogNotWritten: ['The phone’s storage is full.', '手机存储已满。'],
}

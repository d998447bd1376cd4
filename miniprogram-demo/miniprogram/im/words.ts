// What the user reads for each condition of docs/codes.md that a user can meet. The numbers never change; the words are ours.

export interface Face {
  readonly code: number
  readonly title: string
  readonly hint: string
  readonly mark: string
  /** Logging in again as the same user may help. */
  readonly canReturn: boolean
}

type Words = readonly [title: string, hint: string, canReturn?: boolean]

const words: Readonly<Record<number, Words>> = {
  206: ['账号在别处登录', '你的账号刚刚在另一台设备上登录，本机已下线。如果不是你本人操作，请尽快修改密码。', true],
  207: ['账号已被移除', '这个账号已被管理员移除，无法继续使用。'],
  216: ['密码已修改', '你的密码已在别处修改，请用新密码重新登录。'],
  217: ['被其他设备下线', '你在另一台设备上结束了本机的登录。', true],
  31002: ['App Key 不正确', '服务器不认识这个 App Key，请检查设置。'],
  31003: ['服务器暂时不可用', '请稍后再试。', true],
  31004: ['用户名或密码不正确', '请检查后重新输入。'],
  31005: ['应用校验未通过', '请联系应用管理员检查服务器设置。'],
  31008: ['应用已停用', '请联系应用管理员。'],
  31009: ['账号已被封禁', '这个账号已被封禁，请联系管理员。'],
  31010: ['已被管理员下线', '管理员结束了你的登录。如有疑问请联系管理员。', true],
  31011: ['账号已被封禁', '这个账号刚刚被管理员封禁，请联系管理员。'],
  31020: ['登录已过期', '为了你的账号安全，请重新登录。'],
  31027: ['登录凭证已使用', '一次性凭证不能重复使用，请重新登录。'],
  31029: ['账号已注销', '这个账号已由用户本人注销。'],
  34006: ['连接超时', '没能在限定时间内连上服务器，请检查网络后重试。', true],
  35008: ['域名不在白名单', '请在小程序后台的“服务器域名”里加上它，或在开发者工具里勾选“不校验合法域名”。'],
  35009: ['服务器地址不正确', '请检查服务器地址。'],
  35007: ['后台连接被系统中断', '回到前台后会自动恢复。', true],
  35010: ['连接数已用完', '小程序里其他代码占用了连接，释放后会自动重试。', true],
  35012: ['连接超时', '服务器没有及时应答，请检查网络。', true],
  35013: ['安全连接失败', '服务器的证书有问题，请联系管理员。', true],
  35014: ['服务器地址不正确', '这个地址不是消息服务器。'],
  35015: ['连接断开', '会自动重连。', true],
  35016: ['服务器没有响应', '会自动重连。', true],
  35018: ['服务器正在重启', '会自动重连。', true],
  35019: ['服务器繁忙', '会自动重连。', true],
  35031: ['连不上服务器', '请检查服务器地址和网络。', true],
  35006: ['网络不可用', '请检查手机的网络设置。', true],
  35011: ['连不上服务器', '请检查服务器地址和网络。', true],
  35028: ['找不到服务器', '请检查服务器地址和网络。', true],
  35032: ['用户名已被占用', '换一个用户名，或直接登录。'],
  35033: ['服务器未开放注册', '请联系管理员为你创建账号。'],
}

/** What the same number means once the user was logged in. */
const wordsAfterLogin: Readonly<Record<number, Words>> = {
  31004: ['登录已失效', '登录凭证不再有效，请重新登录。'],
}

/** The number of anything that was thrown; -1 where it has none. */
export const codeOf = (problem: unknown): number => (problem as { code?: number }).code ?? -1

/** The face of a condition; `problem` is anything that was thrown. */
export function faceOf(problem: unknown, afterLogin = false): Face {
  const code = codeOf(problem)
  const { message = '请稍后再试。' } = problem as { message?: string }
  const [title, hint, canReturn = false] = (afterLogin ? wordsAfterLogin[code] : undefined) ??
    words[code] ?? ['连接没有成功', message, true]
  return { code, title, hint, canReturn, mark: '!' }
}

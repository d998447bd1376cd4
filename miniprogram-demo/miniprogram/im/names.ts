// Whether what was typed into a form can be a user, a server and so on; the answer is what to do about it, or nothing.

export type Field = 'user' | 'password' | 'newPassword' | 'token' | 'server' | 'appKey' | 'timeout' | 'peer' | 'group'

const id = (what: string, text: string): string | undefined => {
  if (!text) return `请填写${what}`
  if (text.length > 64) return `${what}最多 64 个字符，现在是 ${text.length} 个`
  if (/\s/.test(text)) return `${what}中间不能有空格`
  if (/^\.+$/.test(text)) return `${what}不能只有点`
  if (/[^\w.-]/.test(text)) return `${what}只能用英文字母、数字和 _ - .，不能用中文或其他符号`
  return undefined
}

const checks: Readonly<Record<Field, (text: string) => string | undefined>> = {
  user: (text) => id('用户名', text),
  peer: (text) => id('对方的用户名', text),
  group: (text) => id('群号', text),
  password(text) {
    if (!text) return '请填写密码'
    if (text.length > 128) return `密码最多 128 位，现在是 ${text.length} 位`
    // eslint-disable-next-line no-control-regex -- what a keyboard cannot type comes from pasting
    return /[\x00-\x1f\x7f]/.test(text) ? '密码里有看不见的字符，请重新输入' : undefined
  },
  newPassword: (text) => (text && text.length < 6 ? `密码至少 6 位，现在是 ${text.length} 位` : checks.password(text)),
  token(text) {
    if (!text) return '请填写令牌'
    if (text.length > 8192) return '令牌太长，请确认复制的内容只有令牌'
    return /[^\x21-\x7e]/.test(text) ? '令牌里有空格、换行或中文，请重新复制' : undefined
  },
  server(text) {
    if (!text) return '请填写服务器地址'
    if (!/^https?:\/\//i.test(text)) return '服务器地址要以 https:// 开头（局域网调试可用 http://）'
    return /^https?:\/\/(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?(\/[^\s#]*)?$/i.test(text)
      ? undefined
      : '服务器地址不完整，应该像 https://im.example.com'
  },
  appKey: (text) =>
    /^[\w.-]{1,64}#[\w.-]{1,64}$/.test(text) ? undefined : 'App Key 的写法是 org#app，中间有一个 #，没有空格',
  timeout: (text) => (text !== '' && Number(text) >= 0 ? undefined : '超时请填数字，单位是秒，0 表示一直重试'),
}

/** What to do about a text that cannot be used, in the user's language; undefined where it can. */
export const wrongWith = (field: Field, text: string): string | undefined => checks[field](text)

/** As it is meant: nobody means the space that a keyboard adds behind a name. Secrets are left as they are. */
export const meant = (text: string): string => text.trim()

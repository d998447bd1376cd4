// What open() takes, and what is wrong with it before any network is touched.
import { ConnectionError } from '../errors/connection-error'
import { protect } from '../errors/secrets'
import { isName, misfit, NAME, PASSWORD, TOKEN } from '../text/form'

export interface LoginByPassword {
  /** 1 to 64 of `A-Z a-z 0-9 _ - .`, not only dots; `Alice` and `alice` are two users. A WeChat openid is one as it is. */
  readonly user: string
  /** 1 to 128 characters; exchanged for a token at `apiUrl`, never sent to the message server. */
  readonly pwd: string
}

export interface LoginByToken {
  readonly user: string
  /** May be left out where a `tokenProvider` is set. */
  readonly accessToken?: string
}

export type Login = (LoginByPassword | LoginByToken) & {
  /**
   * **Seconds** for the whole login (RongCloud's timeLimit). > 0: gives up after them with ConnectionTimeout 34006 and stays
   * stopped. <= 0: tries until it succeeds or is definitely refused. Left out: autoReconnectNumMax bounds the retries.
   */
  readonly timeout?: number
}

export interface CheckedLogin {
  readonly user: string
  readonly pwd: string | undefined
  readonly accessToken: string | undefined
  /** Milliseconds. */
  readonly timeout: number | undefined
}

const refuse = (why: string): never => {
  throw new ConnectionError('InvalidArgument', why)
}

const text =
  (name: string, form: RegExp) =>
  (value: unknown): string => {
    const wrong = misfit(value, form)
    return wrong ? refuse(`${name} ${wrong}`) : (value as string)
  }

const checkUser = (value: unknown): string => (isName(value) ? value : refuse(`user must be ${NAME}`))

/** What passes is a secret from here on: no error and no record shows it. */
const secret = (name: string, form: RegExp) => {
  const check = text(name, form)
  return (value: unknown): string => {
    protect(value as string)
    return check(value)
  }
}

const checkPassword = secret('the password', PASSWORD)
export const checkToken = secret('the token', TOKEN)

export const checkLogin = (login: unknown, hasProvider: boolean, hasApi: boolean): CheckedLogin => {
  if (login !== Object(login)) return refuse('open() takes { user, pwd } or { user, accessToken }')
  const { user, pwd, accessToken, timeout } = login as Partial<Record<string, unknown>>
  if (timeout !== undefined && (typeof timeout !== 'number' || timeout !== timeout))
    refuse('timeout must be a number of seconds')
  if (pwd === undefined && accessToken === undefined && !hasProvider) refuse('pwd or accessToken is required')
  if (pwd !== undefined && accessToken === undefined && !hasApi) refuse('a login by password needs apiUrl')
  return {
    user: checkUser(user),
    pwd: pwd === undefined ? undefined : checkPassword(pwd),
    accessToken: accessToken === undefined ? undefined : checkToken(accessToken),
    timeout: timeout === undefined ? undefined : (timeout as number) * 1000,
  }
}

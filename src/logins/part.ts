// Logins as a part: what a connection asks of the REST server before it connects.
import { ConnectionError, takeErrors, type Host, type Part, type Running } from '../part'
import { rest } from '../rest/rest'
import { isName, misfit, NAME, PASSWORD } from '../text/form'
import { VERSION } from '../version'
import { fetchEndpoints } from './endpoint-list'
import { exchangePassword } from './password'

export interface LoginCalls {
  /** Registers a user at `apiUrl`, where the server lets users register. Errors: UserExists, RegistrationClosed, RestFailed. Source: Easemob, 初始化及登录. */
  registerUser(user: { readonly username: string; readonly password: string }): Promise<unknown>
}

/** Logins by password, `registerUser`, and the list of message servers (`isHttpDNS`). */
export const logins = (): Part<LoginCalls> => ({
  name: 'logins',
  version: VERSION,
  start: ({ errors, logger, platform: { http }, settings: { restBase } }: Host): Running<LoginCalls> => {
    takeErrors(errors)
    return {
      api: {
        registerUser: (user) =>
          new Promise((resolve) => {
            if (restBase === undefined) throw new ConnectionError('InvalidArgument', 'registerUser needs apiUrl')
            const { username, password } = Object(user) as Partial<Record<string, unknown>>
            const wrong = (name: string, why: string | undefined) => {
              if (why) throw new ConnectionError('InvalidArgument', `${name} ${why}`)
            }
            wrong('user', isName(username) ? undefined : `must be ${NAME}`)
            wrong('the password', misfit(password, PASSWORD))
            logger.protect(password as string)
            resolve(rest(http, { method: 'POST', url: `${restBase}/users`, body: { username, password } }))
          }),
      },
      ...(restBase !== undefined && {
        login: (user, password) => exchangePassword(http, restBase, user, password),
        endpoints: () => fetchEndpoints(http, restBase),
      }),
    }
  },
})

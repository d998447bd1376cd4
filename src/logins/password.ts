// Exchanges a password for a token at the REST server.
import { ConnectionError } from '../part'
import type { Http } from '../ports/http'
import { rest } from '../rest/rest'

/** `base` is the app's root at the REST server. */
export const exchangePassword = (http: Http, base: string, username: string, password: string): Promise<string> =>
  rest(http, { method: 'POST', url: `${base}/token`, body: { grant_type: 'password', username, password } }).then(
    (answer) => {
      const { access_token: token } = Object(answer) as { access_token?: unknown }
      if (typeof token !== 'string' || !token)
        throw new ConnectionError('RestFailed', 'POST /token: the answer has no access_token')
      return token
    },
  )

// The calls that an app's own server would answer. Here the embedded server answers them itself (docs/rest.md).

export interface Place {
  /** REST address, such as https://im.example.com */
  readonly server: string
  /** org#app */
  readonly appKey: string
}

const problem = (code: number, message: string) => Object.assign(new Error(message), { code })

/** Rejects with an error that has a `code`, as the SDK does. */
function post<Answer>({ server, appKey }: Place, path: string, data: object, secret?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    wx.request({
      method: 'POST',
      url: `${server}/${appKey.replace('#', '/')}/${path}`,
      header: secret ? { authorization: `Bearer ${secret}` } : {},
      data,
      success({ statusCode, data: answer }) {
        const { code = -1, error_description: message = `HTTP ${statusCode}` } = answer as Record<string, never>
        if (statusCode < 300) resolve(answer as Answer)
        else reject(problem(code, message))
      },
      fail: ({ errMsg }) => reject(problem(errMsg.includes('domain list') ? 35008 : 35011, errMsg)),
    })
  })
}

/** A token for a password. */
export const fetchToken = (place: Place, username: string, password: string): Promise<string> =>
  post<{ access_token: string }>(place, 'token', { grant_type: 'password', username, password }).then(
    (answer) => answer.access_token,
  )

/** Ends the user's sessions, as an operator would. Only a developer's phone may know the secret. */
export const kick = (place: Place, user: string, secret: string): Promise<unknown> =>
  post(place, `admin/users/${user}/kick`, { code: 31010 }, secret)

// Who may log in: judges a CONNECT, and a token that comes later, in one place. Throws the refusal that fits.
import { Refused } from '../refusals'
import { isDeviceId, parseClientId } from '../accounts/names'
import type { Accounts, App } from '../accounts/accounts'
import { platformFits, type Claims, type Tokens } from '../accounts/tokens'
import type { Throttle } from '../accounts/throttle'
import type { Connect } from './codec/read'

/** What the WebSocket's HTTP request told, where the client's platform lets it. */
export interface Upgrade {
  readonly address: string
  /** The client's own, where no proxy stands between. */
  readonly port?: number
  readonly platform?: string
  readonly deviceId?: string
}

export interface Admitted {
  readonly app: App
  readonly user: string
  readonly clientId: string
  readonly deviceId?: string
  /** The phone of the user's login before this one. */
  readonly lastDeviceId?: string
  readonly platform?: string
  /** When the token ends, milliseconds since 1970; a new token on the living link moves it. */
  expires: number
}

export interface Admission {
  connect(packet: Connect, upgrade: Upgrade): Promise<Admitted>
  /** A new token on a living link; answers when that one ends. */
  renew(who: Admitted, token: string): Promise<number>
}

const short = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined

export function createAdmission(accounts: Accounts, tokens: Tokens, throttle: Throttle): Admission {
  async function check(
    app: App,
    user: string,
    idUser: string,
    platform: string | undefined,
    token: string,
  ): Promise<Claims> {
    const claims = await tokens.verify(app, token)
    if (claims.user.name !== user) throw new Refused('tokenIncorrect', 'the token is of another user')
    // Only whoever proved to be the user learns that a client id is not theirs.
    if (idUser !== user) throw new Refused('identifier', 'the client id is of another user')
    if (!platformFits(claims.platform, platform)) throw new Refused('platform')
    await tokens.spend(claims)
    // Blocked or removed while the disk was busy.
    accounts.admit(app, claims.user)
    return claims
  }

  return {
    async connect({ clientId, username, password, properties }, upgrade) {
      const id = parseClientId(clientId)
      if (!id)
        throw new Refused('identifier', 'the client id must be {org}/{app}/{user} or {org}/{app}/{user}/{deviceId}')
      const app = accounts.app(id.app)
      if (app.blocked) throw new Refused('appBlocked')
      if (app.unavailable !== undefined) throw new Refused('unavailable', undefined, app.unavailable)

      const told = (name: string): unknown => properties.user?.filter(([key]) => key === name).at(-1)?.[1]
      const platform = short(told('platform')) ?? upgrade.platform
      const named = short(told('deviceId')) ?? upgrade.deviceId ?? id.device
      const deviceId = isDeviceId(named) ? named : undefined
      const token = properties.authenticationData ?? password
      try {
        if (username === undefined || token === undefined)
          throw new Refused('tokenIncorrect', 'user name and token are required')
        if (app.check && platform === undefined) throw new Refused('appCheck')
        const { user, expires } = await check(app, username, id.user, platform, token.toString())
        const lastDeviceId = user.device
        if (deviceId !== undefined && deviceId !== lastDeviceId) {
          user.device = deviceId
          // Nobody waits for it: a disk that fails ends the server by itself.
          accounts.saveUser(user).catch(() => undefined)
        }
        return {
          app,
          user: username,
          clientId,
          expires,
          ...(platform === undefined ? {} : { platform }),
          ...(lastDeviceId === undefined ? {} : { lastDeviceId }),
          ...(deviceId === undefined ? {} : { deviceId }),
        }
      } catch (error) {
        // Only failures are held up: a good token costs little to verify, and may share its address with a guesser.
        if (error instanceof Refused && error.refusal === 'tokenIncorrect') {
          throttle.check(undefined, upgrade.address)
          throttle.failed(undefined, upgrade.address)
        }
        throw error
      }
    },

    renew: async ({ app, user, platform }, token) => (await check(app, user, user, platform, token)).expires,
  }
}

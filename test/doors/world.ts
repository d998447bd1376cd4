// One embedded server, phones with the shipped files, and the administrator's hand; everything stops after each file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerWishes } from '../../server/options'
import { startServer, type RunningServer } from '../../server/server'
import { createPhone, type Phone } from '../../simulator/core/phone'
import { boot, type Booted } from '../../simulator/node/boot'
import { realClock } from '../../simulator/node/clocks'
import { createNodeHttp } from '../../simulator/node/http'
import { createWsLink } from '../../simulator/node/ws-link'
import { PATIENCE } from '../patience'

const SHIPPED = join(__dirname, '../../miniprogram_dist/index.js')
export const PASSWORD = 'correct horse'

export interface World {
  readonly server: RunningServer
  readonly phone: Phone
  readonly booted: Booted
  /** The app's own server asks for a token. */
  token(user: string, wishes?: object): Promise<string>
  admin(method: string, path: string, body?: object): Promise<unknown>
  /** A phone beside it whose platform does not tell what it is. */
  withoutDevice(): { readonly phone: Phone; readonly booted: Booted }
  stop(): Promise<void>
}

/** `appKey`: `org#app`, as the server knows it. */
export const createWorld = async (appKey: string, wishes: ServerWishes = {}): Promise<World> => {
  const server = await startServer({ apps: [appKey], ...wishes })
  const phoneWith = (options: object = {}) => {
    const phone = createPhone({ clock: realClock(), link: createWsLink(), http: createNodeHttp(), ...options })
    return { phone, booted: boot(phone, { file: SHIPPED, name: 'miniprogram-im' }) }
  }
  const { phone, booted } = phoneWith()
  const root = `${server.apiUrl}/${appKey.replace('#', '/')}`

  const admin = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(root + path, {
      method,
      headers: { authorization: `Bearer ${server.adminSecret}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  return {
    server,
    phone,
    booted,
    admin,
    token: async (username, more = {}) => {
      await admin('POST', '/users', { username, password: PASSWORD }).catch(() => undefined)
      const { access_token } = (await admin('POST', '/admin/tokens', { username, ttl: 3600, ...more })) as {
        access_token: string
      }
      return access_token
    },
    withoutDevice: () => phoneWith({ without: ['getDeviceInfo', 'getSystemInfoSync', 'getAppBaseInfo'] }),
    stop: async () => {
      expect(phone.errors).toEqual([])
      expect(phone.sockets.most).toBeLessThanOrEqual(2)
      phone.dispose()
      await server.stop()
    },
  }
}

/** Resolves when the list holds this; fails with what it held instead. */
export const until = async (what: () => boolean, told: () => unknown = () => ''): Promise<void> => {
  const deadline = Date.now() + PATIENCE
  while (!what()) {
    if (Date.now() > deadline) throw new Error(`waited in vain; so far: ${JSON.stringify(told())}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Loads a sample into the phone, with these globals; returns its functions by name. */
export const sample = (
  world: World,
  file: string,
  globals: Readonly<Record<string, unknown>>,
  functions: readonly string[],
): unknown => {
  const code = readFileSync(join(__dirname, 'samples', file), 'utf8')
  const names = Object.keys(globals)
  const load = world.booted.run(
    `(function (${names.join(', ')}) { ${code}\n return { ${functions.join(', ')} } })`,
  ) as (...values: unknown[]) => unknown
  return load(...names.map((name) => globals[name]))
}

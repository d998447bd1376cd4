// What the administrator sees of one app: who is connected, its users, and one of them with all that is theirs.
import type { User } from '../accounts/accounts'
import type { Online } from '../mqtt/login'
import type { Session } from '../mqtt/session'
import type { RestContext, RestDeps, Routes } from './context'
import { BadInput, queryNumber } from './input'
import { knownUser } from './known-user'
import { shownLog } from './logs'

/** By what a list of connections can be put in order; users by their names, all else with the highest first. */
const orders = {
  user: (a: Online, b: Online) => (a.user < b.user ? -1 : a.user > b.user ? 1 : 0),
  since: (a: Online, b: Online) => b.since - a.since,
  roundTrip: (a: Online, b: Online) => (b.link.roundTrip ?? -1) - (a.link.roundTrip ?? -1),
  queued: (a: Online, b: Online) => b.session.queue.size - a.session.queue.size,
} as const

const isOrder = (text: string): text is keyof typeof orders => Object.hasOwn(orders, text)

function shownConnection(online: Online): object {
  const { user, clientId, deviceId, platform, address, since, protocolVersion, link, session, expires } = online
  return {
    username: user,
    clientId,
    deviceId,
    platform,
    ip: address,
    since,
    protocolVersion,
    roundTrip: link.roundTrip === undefined ? undefined : Math.round(link.roundTrip * 10) / 10,
    queued: session.queue.size,
    tokenExpires: expires,
  }
}

const shownSession = ({ id, leftAt, expiry, subscriptions, queue }: Session): object => ({
  clientId: id,
  leftAt,
  expires: leftAt === undefined ? undefined : leftAt + expiry * 1000,
  subscriptions: subscriptions.size,
  queued: queue.size,
})

const shownUser = ({ name, status, created }: User): object => ({ username: name, status, created })

/** Whether any of what the table shows contains the text. */
const fits =
  (text: string) =>
  ({ user, deviceId, platform, address, clientId }: Online): boolean =>
    [user, deviceId, platform, address, clientId].some((shown) => shown?.toLowerCase().includes(text))

export function operatorRoutes(routes: Routes, deps: RestDeps): void {
  const { accounts, hub, broker, groups, logs } = deps
  const base = '/:org/:app/admin'
  const search = (c: RestContext): string => (c.req.query('search') ?? '').trim().toLowerCase()

  routes.get(`${base}/connections`, (c) => {
    const order = c.req.query('order')
    if (order !== undefined && !isOrder(order))
      throw new BadInput(`order must be one of ${Object.keys(orders).join(', ')}`)
    const most = queryNumber(c, 'limit', { usual: Number.MAX_SAFE_INTEGER, least: 1, most: 100_000 })
    const here = hub.online().filter(({ app }) => app.path === c.get('app').path)
    const found = here.filter(fits(search(c)))
    if (order !== undefined) found.sort(orders[order])
    return c.json({ data: found.slice(0, most).map(shownConnection), count: found.length, total: here.length })
  })

  routes.get(`${base}/users`, (c) => {
    const most = queryNumber(c, 'limit', { usual: 100, least: 1, most: 1000 })
    const found = accounts.search(c.get('app').path, search(c))
    return c.json({ data: found.slice(0, most).map(shownUser), count: found.length })
  })

  routes.get(`${base}/users/:user`, (c) => {
    const user = knownUser(c, deps)
    const { app, name, password, voidBefore, expiredBefore } = user
    const { sessions, waiting } = broker.of({ app, user: name })
    return c.json({
      data: {
        ...shownUser(user),
        hasPassword: password !== undefined,
        voidBefore,
        expiredBefore,
        connections: hub
          .online()
          .filter((online) => online.app.path === app && online.user === name)
          .map(shownConnection),
        sessions: sessions.filter(({ outlet }) => !outlet).map(shownSession),
        waiting,
        groups: groups.groupsOf(app, name).map((group) => ({
          groupid: group.id,
          groupname: group.name,
          owner: group.owner,
          affiliations_count: group.members.size,
        })),
        logs: logs
          .list(app)
          .filter((log) => log.user === name)
          .map((log) => shownLog(log, deps)),
      },
    })
  })
}

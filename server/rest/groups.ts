// Groups over REST, in Easemob's shapes.
import type { Group } from '../groups/groups'
import { BadInput, flag, optionalText, queryNumber, readBody, text, userName, userNames } from './input'
import type { RestDeps, Routes } from './context'
import { forUser } from './guards'

export function groupRoutes(routes: Routes, deps: RestDeps): void {
  const { groups, accounts, options } = deps
  const base = '/:org/:app/chatgroups'
  const user = forUser(deps)

  const brief = ({ id, name, owner, members }: Group): object => ({
    groupid: id,
    groupname: name,
    owner,
    affiliations_count: members.size,
  })

  /** Only people who exist are brought into a group. */
  function existing(app: string, names: readonly string[]): readonly string[] {
    const missing = names.find((name) => accounts.user(app, name)?.status !== 'active')
    if (missing !== undefined) throw new BadInput(`no such user: ${missing}`, 404)
    return names
  }

  routes.post(base, user, async (c) => {
    const { app, name: owner } = c.get('user')
    const fields = await readBody(c)
    const members = existing(app, userNames(fields.members, 'members', options.limits.membersPerGroup))
    const group = await groups.create(app, owner, {
      name: text(fields, 'groupname', { most: 256 }),
      description: optionalText(fields, 'description', 2048),
      public: flag(fields, 'public') ?? false,
      inviteNeedConfirm: flag(fields, 'inviteNeedConfirm') ?? false,
      members,
    })
    return c.json({ data: { groupid: group.id } })
  })

  routes.get(base, user, (c) => {
    const { app, name } = c.get('user')
    return c.json({ data: groups.groupsOf(app, name).map(brief) })
  })

  // Before the route of one group; no group is called so.
  routes.get(`${base}/invites`, user, (c) => {
    const { app, name } = c.get('user')
    return c.json({
      data: groups.invitesOf(app, name).map(({ group, invite: { by, at } }) => ({ ...brief(group), by, invited: at })),
    })
  })

  routes.get(`${base}/:id`, user, (c) => {
    const { app, name } = c.get('user')
    const group = groups.read(app, c.req.param('id'), name)
    const { description, public: isPublic, inviteNeedConfirm } = group
    const asks = inviteNeedConfirm ? { inviteNeedConfirm } : {}
    return c.json({ data: [{ ...brief(group), description, public: isPublic, ...asks }] })
  })

  routes.put(`${base}/:id`, user, async (c) => {
    const { app, name } = c.get('user')
    const id = c.req.param('id')
    const fields = await readBody(c)
    if (fields.newowner !== undefined) {
      const [newOwner] = existing(app, [userName(fields.newowner, 'newowner')])
      await groups.pass(app, id, name, newOwner!)
      return c.json({ data: { newowner: true } })
    }
    const given = <T>(field: string, read: () => T): T | undefined => (fields[field] === undefined ? undefined : read())
    const groupname = given('groupname', () => text(fields, 'groupname', { most: 256 }))
    const description = given('description', () => optionalText(fields, 'description', 2048))
    const inviteNeedConfirm = flag(fields, 'inviteNeedConfirm')
    const changes = { name: groupname, description, inviteNeedConfirm }
    const named = Object.entries({ groupname, description, inviteNeedConfirm }).filter(
      ([, value]) => value !== undefined,
    )
    if (named.length === 0) throw new BadInput('groupname, description, inviteNeedConfirm or newowner is needed')
    await groups.modify(app, id, name, Object.fromEntries(Object.entries(changes).filter(([, v]) => v !== undefined)))
    return c.json({ data: Object.fromEntries(named.map(([field]) => [field, true])) })
  })

  routes.post(`${base}/:id/invite_verify`, user, async (c) => {
    const { app, name } = c.get('user')
    const fields = await readBody(c)
    if (userName(fields.invitee ?? name, 'invitee') !== name) throw new BadInput('invitee must be the caller')
    const accepts = flag(fields, 'verifyResult')
    if (accepts === undefined) throw new BadInput('verifyResult must be true or false')
    await groups.answer(app, c.req.param('id'), name, accepts)
    return c.json({ data: { result: true } })
  })

  routes.get(`${base}/:id/users`, user, (c) => {
    const { app, name } = c.get('user')
    const { members, owner } = groups.read(app, c.req.param('id'), name)
    const size = queryNumber(c, 'pagesize', { usual: 100, least: 1, most: 1000 })
    const page = queryNumber(c, 'pagenum', { usual: 1, least: 1, most: 1_000_000 })
    const shown = [...members].slice((page - 1) * size, page * size)
    return c.json({
      data: shown.map((member) => (member === owner ? { owner: member } : { member })),
      count: members.size,
    })
  })

  routes.post(`${base}/:id/users`, user, async (c) => {
    const { app, name } = c.get('user')
    const id = c.req.param('id')
    const fields = await readBody(c)
    const wanted = existing(app, userNames(fields.usernames, 'usernames', options.limits.membersPerGroup))
    if (wanted.length === 0) return c.json({ data: { newmembers: (await groups.join(app, id, name)) ? [name] : [] } })
    const { joined, invited } = await groups.add(app, id, wanted, name)
    return c.json({ data: { newmembers: joined, ...(invited ? { invited } : {}) } })
  })

  routes.delete(`${base}/:id/users/:user`, user, async (c) => {
    const { app, name } = c.get('user')
    await groups.remove(app, c.req.param('id'), userName(c.req.param('user'), 'user'), name)
    return c.json({ data: { result: true } })
  })

  routes.delete(`${base}/:id`, user, async (c) => {
    const { app, name } = c.get('user')
    await groups.delete(app, c.req.param('id'), name)
    return c.json({ data: { success: true } })
  })
}

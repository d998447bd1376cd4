// Groups: who is in which, kept in memory and journalled. The message broker asks it who may read and write.
import { randomInt } from 'node:crypto'
import { weightOf, type Account } from '../account'
import { Refused } from '../refusals'
import { keyOf, type Change, type Store } from '../store/store'
import type { Limits } from '../limits'
import { openInvites, type Invite } from './invites'
import { comeOrGone, newsContents, type News } from './news'

export interface Group {
  readonly id: string
  readonly app: string
  readonly created: number
  name: string
  description: string
  readonly public: boolean
  /** Who is brought in by others is asked first. */
  inviteNeedConfirm: boolean
  owner: string
  /** Everyone, the owner among them, in the order of joining. */
  readonly members: Set<string>
}

/** What happened to a group, in one turn of everything that it changes. */
export interface GroupEvent {
  readonly group: Group
  readonly by: string
  /** Told to each of these on a topic of their own. */
  readonly notice?: {
    readonly type: 'added' | 'removed' | 'deleted' | 'invited' | 'accepted' | 'declined'
    readonly users: readonly string[]
  }
  /** Said once in the group, for these of its members. */
  readonly news?: { readonly says: News; readonly members: readonly string[] }
}

export interface NewGroup {
  readonly name: string
  readonly description: string
  readonly public: boolean
  readonly inviteNeedConfirm: boolean
  readonly members: readonly string[]
}

export interface Groups {
  isMember(app: string, id: string, user: string): boolean
  membersOf(app: string, id: string): Iterable<string>
  groupsOf(app: string, user: string): Group[]
  all(): Iterable<Group>
  /** Invitations that wait for the user's word, the oldest first. */
  invitesOf(app: string, user: string): { group: Group; invite: Invite }[]
  /** Throws `noGroup`, or `notMember` when the reader is not in it. */
  read(app: string, id: string, reader: string): Group
  create(app: string, owner: string, wish: NewGroup): Promise<Group>
  /** Joins a public group. */
  join(app: string, id: string, user: string): Promise<boolean>
  /** A member brings others, or asks them where the group needs their consent; answers those who are new, or who were asked. */
  add(
    app: string,
    id: string,
    users: readonly string[],
    by: string,
  ): Promise<{ joined: readonly string[]; invited?: readonly string[] }>
  /** The user's word on an invitation. Throws `notMember` where none waits. */
  answer(app: string, id: string, user: string, accepts: boolean): Promise<void>
  /** What the owner says about the group. */
  modify(app: string, id: string, by: string, fields: Partial<Pick<Group, Changeable>>): Promise<void>
  /** The owner gives the group to another member. */
  pass(app: string, id: string, by: string, owner: string): Promise<void>
  /** Leaves, or is removed by the owner. An owner leaves by deleting the group. */
  remove(app: string, id: string, user: string, by: string): Promise<void>
  delete(app: string, id: string, by: string): Promise<void>
  /** A user who is gone leaves everywhere; own groups are deleted. */
  forget(app: string, user: string): Promise<void>
  /** Takes away invitations that are too old. */
  sweep(now: number): void
  onEvent(listener: (event: GroupEvent) => void): void
}

type Changeable = 'name' | 'description' | 'inviteNeedConfirm'

export async function openGroups(store: Store, account: Account, limits: Limits): Promise<Groups> {
  const groups = new Map<string, Group>()
  const byUser = new Map<string, Set<Group>>()
  const listeners: ((event: GroupEvent) => void)[] = []
  const invites = await openInvites(store, account, limits)

  const groupKey = (app: string, id: string): string => keyOf('group', app, id)
  const userKey = (app: string, user: string): string => `${app}/${user}`
  const ownerOf = ({ app, owner }: Group): string => userKey(app, owner)
  const contentsOf = ({ name, description }: Pick<Group, 'name' | 'description'>): number =>
    2 * (name.length + description.length)

  const index = (group: Group, user: string): void => {
    const key = userKey(group.app, user)
    const of = byUser.get(key) ?? new Set()
    byUser.set(key, of.add(group))
  }
  const unindex = (group: Group, user: string): void => {
    const key = userKey(group.app, user)
    const of = byUser.get(key)
    of?.delete(group)
    if (of?.size === 0) byUser.delete(key)
  }

  for await (const [key, value] of store.read('group')) {
    const group: Group = { inviteNeedConfirm: false, ...(value as Omit<Group, 'inviteNeedConfirm'>) }
    groups.set(key, group)
    account.add(ownerOf(group), 'group', contentsOf(group))
    for (const user of group.members) {
      index(group, user)
      account.add(ownerOf(group), 'member')
    }
  }

  /** What it costs to tell so many people: on the account of whoever caused it. */
  const tellingOf = (people: number, contents = 1_000): number =>
    people === 0 ? 0 : weightOf('message', contents) + people * weightOf('entry')
  const sayingOf = (people: number, says: readonly News[]): number =>
    says.reduce((sum, one) => sum + tellingOf(people, newsContents(one)), 0)
  const userOf = ({ app }: Group, user: string): string => userKey(app, user)

  /** Throws unless there is room for what is told, and for what `owner` is to keep of it. */
  function checkRoom(
    group: Group,
    by: string,
    telling: number,
    owner: string,
    kept: number,
    kind: 'member' | 'invite',
  ): void {
    const fits = account.fits(userOf(group, by), telling, 'message') && account.fits(owner, kept, kind)
    if (!fits) throw new Refused('unavailable', 'there is no room for it, or for telling the members', 60)
  }

  const saved = (group: Group): Change => ({ key: groupKey(group.app, group.id), value: group })
  const tell = (event: GroupEvent): void => {
    for (const listener of listeners) listener(event)
  }

  const find = (app: string, id: string): Group => {
    const group = groups.get(groupKey(app, id))
    if (!group) throw new Refused('noGroup')
    return group
  }

  const owned = (app: string, id: string, by: string): Group => {
    const group = find(app, id)
    if (group.owner !== by) throw new Refused('notOwner')
    return group
  }

  function checkMembers(group: Group, fresh: readonly string[]): void {
    if (group.members.size + invites.count(group.app, group.id) + fresh.length > limits.membersPerGroup)
      throw new Refused('unavailable', `a group has room for ${limits.membersPerGroup} members`)
  }

  async function enter(group: Group, fresh: readonly string[], by: string): Promise<void> {
    const { app, id } = group
    checkMembers(
      group,
      fresh.filter((user) => !invites.open(app, id, user)),
    )
    for (const user of fresh) {
      if ((byUser.get(userKey(app, user))?.size ?? 0) >= limits.groupsPerUser)
        throw new Refused('unavailable', `a user may be in ${limits.groupsPerUser} groups`)
    }
    const before = [...group.members]
    const others = fresh.filter((user) => user !== by).length
    const presence = comeOrGone('memberPresence', fresh, before.length + fresh.length)
    const telling = tellingOf(others) + sayingOf(before.length, presence)
    checkRoom(group, by, telling, ownerOf(group), fresh.length * weightOf('member'), 'member')
    for (const user of fresh) {
      group.members.add(user)
      index(group, user)
      account.add(ownerOf(group), 'member')
    }
    const answered = invites.drop(({ user }) => group.members.has(user), { app, group: id })
    // Told in the same turn, while there is the room that was found; and on the disk behind the group itself.
    const stored = store.write([saved(group), ...answered])
    tell({ group, by, notice: { type: 'added', users: fresh } })
    for (const says of presence) tell({ group, by, news: { says, members: before } })
    await stored
  }

  async function ask(group: Group, users: readonly string[], by: string): Promise<void> {
    const { app, id } = group
    checkMembers(group, users)
    const kept = users.reduce((sum, user) => sum + weightOf('invite', invites.contents({ group: id, user, by })), 0)
    checkRoom(group, by, tellingOf(users.length), userOf(group, by), kept, 'invite')
    const stored = store.write(invites.ask(app, id, users, by))
    tell({ group, by, notice: { type: 'invited', users } })
    await stored
  }

  async function leave(group: Group, user: string, by: string): Promise<void> {
    group.members.delete(user)
    unindex(group, user)
    account.give(ownerOf(group), 'member')
    const theirs = invites.drop((invite) => invite.by === user, { app: group.app, group: group.id })
    // Told before it is on the disk: nobody who is out may read on, not even for a moment.
    tell({ group, by, notice: { type: 'removed', users: [user] } })
    for (const says of comeOrGone('memberAbsence', [user], group.members.size))
      tell({ group, by, news: { says, members: [...group.members] } })
    await store.write([saved(group), ...theirs])
  }

  async function erase(group: Group, by: string): Promise<void> {
    const users = [...group.members]
    groups.delete(groupKey(group.app, group.id))
    for (const user of users) {
      unindex(group, user)
      account.give(ownerOf(group), 'member')
    }
    account.give(ownerOf(group), 'group', contentsOf(group))
    group.members.clear()
    const unanswered = invites.drop(() => true, { app: group.app, group: group.id })
    tell({ group, by, notice: { type: 'deleted', users } })
    await store.write([{ key: groupKey(group.app, group.id) }, ...unanswered])
  }

  return {
    isMember: (app, id, user) => groups.get(groupKey(app, id))?.members.has(user) ?? false,
    membersOf: (app, id) => groups.get(groupKey(app, id))?.members ?? [],
    all: () => groups.values(),
    groupsOf: (app, user) => [...(byUser.get(userKey(app, user)) ?? [])],
    invitesOf: (app, user) => invites.of(app, user).map((invite) => ({ group: find(app, invite.group), invite })),
    read(app, id, reader) {
      const group = find(app, id)
      if (!group.members.has(reader)) throw new Refused('notMember')
      return group
    },
    async create(app, owner, { name, description, public: isPublic, inviteNeedConfirm, members }) {
      if (groups.size >= limits.groups) throw new Refused('unavailable', 'the server has room for no more groups')
      let id
      do id = String(randomInt(1e13, 1e14))
      while (groups.has(groupKey(app, id)))
      const group: Group = {
        id,
        app,
        name,
        description,
        public: isPublic,
        inviteNeedConfirm,
        owner,
        created: Date.now(),
        members: new Set(),
      }
      if (!account.take(ownerOf(group), 'group', contentsOf(group)))
        throw new Refused('unavailable', 'there is no room for the group', 60)
      groups.set(groupKey(app, id), group)
      try {
        const others = [...new Set(members)].filter((user) => user !== owner)
        await enter(group, inviteNeedConfirm ? [owner] : [owner, ...others], owner)
        if (inviteNeedConfirm && others.length > 0) await ask(group, others, owner)
      } catch (error) {
        await erase(group, owner)
        throw error
      }
      return group
    },
    async join(app, id, user) {
      const group = find(app, id)
      if (group.members.has(user)) return false
      if (!group.public) throw new Refused('notMember', 'the group is not public; ask a member')
      await enter(group, [user], user)
      return true
    },
    async add(app, id, users, by) {
      const group = find(app, id)
      if (!group.members.has(by)) throw new Refused('notMember')
      const fresh = [...new Set(users)].filter((user) => !group.members.has(user))
      const wanted = group.inviteNeedConfirm ? fresh.filter((user) => invites.mayAsk(app, id, user)) : fresh
      if (wanted.length > 0) await (group.inviteNeedConfirm ? ask : enter)(group, wanted, by)
      return group.inviteNeedConfirm ? { joined: [], invited: wanted } : { joined: wanted }
    },
    async answer(app, id, user, accepts) {
      const group = find(app, id)
      const invite = invites.open(app, id, user)
      if (!invite) throw new Refused('notMember', 'no invitation to the group waits for an answer')
      if (accepts) await enter(group, [user], user)
      else await store.write(invites.decline(invite))
      tell({ group, by: user, notice: { type: accepts ? 'accepted' : 'declined', users: [invite.by] } })
    },
    async modify(app, id, by, fields) {
      const group = owned(app, id, by)
      const { name, description } = { ...group, ...fields }
      const more = contentsOf({ name, description }) - contentsOf(group)
      const members = [...group.members]
      const says: News = { operation: 'updateInfo', ...fields }
      checkRoom(group, by, sayingOf(members.length, [says]), ownerOf(group), more, 'member')
      account.give(ownerOf(group), 'group', contentsOf(group))
      Object.assign(group, fields)
      account.add(ownerOf(group), 'group', contentsOf(group))
      const stored = store.write([saved(group)])
      tell({ group, by, news: { says, members } })
      await stored
    },
    async pass(app, id, by, owner) {
      const group = owned(app, id, by)
      if (!group.members.has(owner)) throw new Refused('notMember', 'the new owner must be a member')
      if (owner === by) return
      const members = [...group.members]
      const weight = weightOf('group', contentsOf(group)) + members.length * weightOf('member')
      // Whoever is given groups unasked keeps half of the account.
      const half = limits.heldBytesPerUser / 2
      const says: News = { operation: 'changeOwner', owner }
      checkRoom(group, by, sayingOf(members.length, [says]), userOf(group, owner), weight + half, 'member')
      const move = (to: 'give' | 'add'): void => {
        account[to](ownerOf(group), 'group', contentsOf(group))
        members.forEach(() => account[to](ownerOf(group), 'member'))
      }
      move('give')
      group.owner = owner
      move('add')
      const stored = store.write([saved(group)])
      tell({ group, by, news: { says, members } })
      await stored
    },
    async remove(app, id, user, by) {
      const group = find(app, id)
      if (!group.members.has(by)) throw new Refused('notMember')
      if (user !== by && group.owner !== by) throw new Refused('notOwner')
      if (user === group.owner) throw new Refused('notOwner', 'the owner cannot leave; delete the group')
      if (group.members.has(user)) await leave(group, user, by)
    },
    async delete(app, id, by) {
      await erase(owned(app, id, by), by)
    },
    async forget(app, user) {
      for (const group of byUser.get(userKey(app, user)) ?? []) {
        await (group.owner === user ? erase(group, user) : leave(group, user, user))
      }
      await store.write(invites.drop(() => true, { app, user }))
    },
    sweep(now) {
      const changes = invites.sweep(now)
      // A store that fails stops the whole server.
      if (changes.length > 0) store.write(changes).catch(() => undefined)
    },
    onEvent: (listener) => void listeners.push(listener),
  }
}

// Groups: who is in which, kept in memory and journalled. The message broker asks it who may read and write.
import { randomInt } from 'node:crypto'
import { weightOf, type Account } from '../account'
import { Refused } from '../refusals'
import { keyOf, type Store } from '../store/store'
import type { Limits } from '../limits'

export interface Group {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly description: string
  readonly public: boolean
  readonly owner: string
  readonly created: number
  /** Everyone, the owner among them, in the order of joining. */
  readonly members: Set<string>
}

/** What happened to a group; told to the broker and to those concerned. */
export interface GroupEvent {
  readonly type: 'group.added' | 'group.removed' | 'group.deleted'
  readonly group: Group
  readonly users: readonly string[]
  readonly by: string
}

export interface NewGroup {
  readonly name: string
  readonly description: string
  readonly public: boolean
  readonly members: readonly string[]
}

export interface Groups {
  isMember(app: string, id: string, user: string): boolean
  membersOf(app: string, id: string): Iterable<string>
  groupsOf(app: string, user: string): Group[]
  /** Throws `noGroup`, or `notMember` when the reader is not in it. */
  read(app: string, id: string, reader: string): Group
  create(app: string, owner: string, wish: NewGroup): Promise<Group>
  /** Joins a public group. */
  join(app: string, id: string, user: string): Promise<boolean>
  /** A member brings others; answers those who are new. */
  add(app: string, id: string, users: readonly string[], by: string): Promise<string[]>
  /** Leaves, or is removed by the owner. An owner leaves by deleting the group. */
  remove(app: string, id: string, user: string, by: string): Promise<void>
  delete(app: string, id: string, by: string): Promise<void>
  /** A user who is gone leaves everywhere; own groups are deleted. */
  forget(app: string, user: string): Promise<void>
  onEvent(listener: (event: GroupEvent) => void): void
}

export async function openGroups(store: Store, account: Account, limits: Limits): Promise<Groups> {
  const groups = new Map<string, Group>()
  const byUser = new Map<string, Set<Group>>()
  const listeners: ((event: GroupEvent) => void)[] = []

  const groupKey = (app: string, id: string): string => keyOf('group', app, id)
  const userKey = (app: string, user: string): string => `${app}/${user}`
  const ownerOf = ({ app, owner }: Group): string => userKey(app, owner)
  const contentsOf = ({ name, description }: Group): number => 2 * (name.length + description.length)

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
    const group = value as Group
    groups.set(key, group)
    account.add(ownerOf(group), 'group', contentsOf(group))
    for (const user of group.members) {
      index(group, user)
      account.add(ownerOf(group), 'member')
    }
  }

  /** Members are on the account of the group's owner, the notices that tell them on that of whoever brought them in. */
  function checkRoom(group: Group, fresh: readonly string[], by: string): void {
    const members = fresh.length * weightOf('member')
    const told = fresh.filter((user) => user !== by).length
    const notices = told === 0 ? 0 : weightOf('message', 1_000) + told * weightOf('entry')
    const bringer = userKey(group.app, by)
    const fits = account.fits(bringer, notices, 'message') && account.fits(ownerOf(group), members, 'member')
    if (!fits) throw new Refused('unavailable', 'there is no room for so many members', 60)
  }

  const save = (group: Group): Promise<void> => store.write([{ key: groupKey(group.app, group.id), value: group }])
  const tell = (event: GroupEvent): void => {
    if (event.users.length > 0) for (const listener of listeners) listener(event)
  }

  const find = (app: string, id: string): Group => {
    const group = groups.get(groupKey(app, id))
    if (!group) throw new Refused('noGroup')
    return group
  }

  async function enter(group: Group, users: readonly string[], by: string): Promise<string[]> {
    const fresh = [...new Set(users)].filter((user) => !group.members.has(user))
    if (group.members.size + fresh.length > limits.membersPerGroup) {
      throw new Refused('unavailable', `a group has room for ${limits.membersPerGroup} members`)
    }
    for (const user of fresh) {
      if ((byUser.get(userKey(group.app, user))?.size ?? 0) >= limits.groupsPerUser) {
        throw new Refused('unavailable', `a user may be in ${limits.groupsPerUser} groups`)
      }
    }
    checkRoom(group, fresh, by)
    for (const user of fresh) {
      group.members.add(user)
      index(group, user)
      account.add(ownerOf(group), 'member')
    }
    // Told in the same turn, while there is the room that was found; and on the disk behind the group itself.
    const saved = save(group)
    tell({ type: 'group.added', group, users: fresh, by })
    await saved
    return fresh
  }

  async function leave(group: Group, user: string, by: string): Promise<void> {
    group.members.delete(user)
    unindex(group, user)
    account.give(ownerOf(group), 'member')
    // Told before it is on the disk: nobody who is out may read on, not even for a moment.
    tell({ type: 'group.removed', group, users: [user], by })
    await save(group)
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
    tell({ type: 'group.deleted', group, users, by })
    await store.write([{ key: groupKey(group.app, group.id) }])
  }

  return {
    isMember: (app, id, user) => groups.get(groupKey(app, id))?.members.has(user) ?? false,
    membersOf: (app, id) => groups.get(groupKey(app, id))?.members ?? [],
    groupsOf: (app, user) => [...(byUser.get(userKey(app, user)) ?? [])],
    read(app, id, reader) {
      const group = find(app, id)
      if (!group.members.has(reader)) throw new Refused('notMember')
      return group
    },
    async create(app, owner, { name, description, public: isPublic, members }) {
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
        owner,
        created: Date.now(),
        members: new Set(),
      }
      if (!account.take(ownerOf(group), 'group', contentsOf(group)))
        throw new Refused('unavailable', 'there is no room for the group', 60)
      groups.set(groupKey(app, id), group)
      try {
        await enter(group, [owner, ...members], owner)
      } catch (error) {
        if (group.members.size === 0) {
          groups.delete(groupKey(app, id))
          account.give(ownerOf(group), 'group', contentsOf(group))
        }
        throw error
      }
      return group
    },
    async join(app, id, user) {
      const group = find(app, id)
      if (!group.public && !group.members.has(user))
        throw new Refused('notMember', 'the group is not public; ask a member')
      return (await enter(group, [user], user)).length > 0
    },
    async add(app, id, users, by) {
      const group = find(app, id)
      if (!group.members.has(by)) throw new Refused('notMember')
      return enter(group, users, by)
    },
    async remove(app, id, user, by) {
      const group = find(app, id)
      if (!group.members.has(by)) throw new Refused('notMember')
      if (user !== by && group.owner !== by) throw new Refused('notOwner')
      if (user === group.owner) throw new Refused('notOwner', 'the owner cannot leave; delete the group')
      if (group.members.has(user)) await leave(group, user, by)
    },
    async delete(app, id, by) {
      const group = find(app, id)
      if (group.owner !== by) throw new Refused('notOwner')
      await erase(group, by)
    },
    async forget(app, user) {
      for (const group of byUser.get(userKey(app, user)) ?? []) {
        await (group.owner === user ? erase(group, user) : leave(group, user, user))
      }
    },
    onEvent: (listener) => void listeners.push(listener),
  }
}

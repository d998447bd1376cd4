// Which groups the user is in, kept in step with the server: by its list, by its notices, and by our own calls.
import { ConnectionError } from '../errors/connection-error'
import type { MessagingDeps } from './link'
import { ask } from './rest'
import type { Answer, GroupInfo, GroupMember, GroupRef, MessageCalls } from './types'

const retryDelay = 15000

type GroupCalls = Pick<
  MessageCalls,
  | 'createGroup'
  | 'joinGroup'
  | 'leaveGroup'
  | 'destroyGroup'
  | 'inviteUsersToGroup'
  | 'removeGroupMember'
  | 'getJoinedGroups'
  | 'getGroupInfo'
  | 'listGroupMembers'
>

export interface Groups {
  readonly calls: GroupCalls
  /** The user of now; `undefined`: none. Forgets the groups of the one before. */
  enter(user: string | undefined): void
  /** Subscribes what is known, and asks the server for what is true. */
  sync(): void
  /** The link is gone. */
  pause(): void
  /** The server says that the user is in a group now, or out. */
  notice(operation: string, group: string): void
}

export const createGroups = (deps: MessagingDeps): Groups => {
  const { link, clock, storage, org, app } = deps
  let user: string | undefined
  let known = new Set<string>()
  let cancel = (): void => undefined

  const storeKey = () => `im/groups/${org}/${app}/${user!}`
  const filter = (group: string) => `${org}/${app}/g/${group}/+`
  const save = () => storage.set(storeKey(), JSON.stringify(Array.from(known)))

  const join = (groups: readonly string[]): Promise<void> => {
    groups.forEach((group) => known.add(group))
    save()
    return new Promise((resolve, reject) => {
      if (!groups.length) resolve()
      else link.subscribe(groups.map(filter), (error) => (error ? reject(error) : resolve()))
    })
  }
  const leave = (groups: readonly string[]) => {
    groups.forEach((group) => known.delete(group))
    save()
    if (groups.length) link.unsubscribe(groups.map(filter))
  }

  const path = ({ groupId }: GroupRef, rest = '') => `/chatgroups/${encodeURIComponent(groupId)}${rest}`
  const data = <T>(answer: Readonly<Record<string, unknown>>): Answer<T> => ({ data: answer.data as T })

  const getJoinedGroups = () => ask(deps, 'GET', '/chatgroups').then(data<GroupInfo[]>)

  const sync = () => {
    cancel()
    if (!link.apiUrl()) return
    const asker = user
    getJoinedGroups()
      .then((answer) => {
        if (asker !== user) return
        const now = new Set(answer.data.map(({ groupid }) => groupid))
        leave(Array.from(known).filter((group) => !now.has(group)))
        return join(Array.from(now).filter((group) => !known.has(group)))
      })
      .catch(() => {
        if (asker === user) cancel = clock.schedule(sync, retryDelay)
      })
  }

  return {
    enter: (next) => {
      cancel()
      user = next
      known = new Set<string>()
      if (!next) return
      try {
        ;(JSON.parse(storage.get(storeKey()) ?? '[]') as string[]).forEach((group) => known.add(group))
      } catch {
        // Damaged: the server's list replaces it.
      }
    },
    sync: () => {
      if (known.size) link.subscribe(Array.from(known, filter))
      sync()
    },
    pause: () => cancel(),
    notice: (operation, group) => {
      if (operation === 'directJoined') join([group]).catch(() => undefined)
      else if (operation === 'removeMember' || operation === 'destroy') leave([group])
    },

    calls: {
      createGroup: (options) =>
        ask(deps, 'POST', '/chatgroups', { ...options.data, desc: undefined, description: options.data.desc })
          .then(data<{ groupid: string }>)
          .then((answer) => join([answer.data.groupid]).then(() => answer)),
      joinGroup: (group) => ask(deps, 'POST', path(group, '/users'), {}).then(() => join([group.groupId])),
      leaveGroup: (group) =>
        user
          ? ask(deps, 'DELETE', path(group, `/users/${encodeURIComponent(user)}`)).then(() => leave([group.groupId]))
          : Promise.reject(new ConnectionError('NotConnected', 'call open() first')),
      destroyGroup: (group) => ask(deps, 'DELETE', path(group)).then(() => leave([group.groupId])),
      inviteUsersToGroup: ({ groupId, users }) =>
        ask(deps, 'POST', path({ groupId }, '/users'), { usernames: users }).then(() => undefined),
      removeGroupMember: ({ groupId, username }) =>
        ask(deps, 'DELETE', path({ groupId }, `/users/${encodeURIComponent(username)}`)).then(() => undefined),
      getJoinedGroups,
      getGroupInfo: (group) => ask(deps, 'GET', path(group)).then(data<GroupInfo[]>),
      listGroupMembers: ({ groupId, pageNum = 1, pageSize = 100 }) =>
        ask(deps, 'GET', path({ groupId }, `/users?pagenum=${pageNum}&pagesize=${pageSize}`)).then(data<GroupMember[]>),
    },
  }
}

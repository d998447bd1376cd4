// Which groups the user is in, kept in step with the server: by its list, by its notices, and by our own calls.
import { ConnectionError, groupFilter, groupsKey, keptGroups } from '../part'
import type { HttpRequest } from '../ports/http'
import { rest } from '../rest/rest'
import { isName } from '../text/form'
import type { MessagesHost } from './contract'
import type { Answer, GroupInfo, MessageCalls } from './types'

const retryDelay = 15000

/** What the server says about groups, in Easemob's words. */
const operations = new Map<unknown, string>([
  ['group.added', 'directJoined'],
  ['group.removed', 'removeMember'],
  ['group.deleted', 'destroy'],
])

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
  /** Asks the server which groups there are; those that are known are subscribed already. */
  sync(): void
  /** The link is gone. */
  offline(): void
  /** What the server said on the user's own topic. */
  notice(json: string): void
}

const path = (...parts: string[]) => parts.map((part) => '/' + encodeURIComponent(part)).join('')
const nothing = () => undefined

export const createGroups = (host: MessagesHost): Groups => {
  const { clock, settings, platform } = host
  const { root, restBase } = settings
  const { storage, http } = platform
  let user: string | undefined
  let known = new Set<string>()
  let cancel: () => void = nothing

  const filter = (group: string) => groupFilter(root, group)
  const save = () => storage.set(groupsKey(root, user!), JSON.stringify(Array.from(known)))

  const join = (...groups: unknown[]): Promise<void> => {
    const good = groups.filter(isName)
    good.forEach((group) => known.add(group))
    save()
    return new Promise((resolve, reject) => {
      if (good.length) host.subscribe(good.map(filter), (error) => (error ? reject(error) : resolve()))
      else resolve()
    })
  }
  const leave = (...groups: string[]) => {
    groups.forEach((group) => known.delete(group))
    save()
    if (groups.length) host.unsubscribe(groups.map(filter))
  }

  /** Asks the REST server about `/chatgroups`. */
  const ask = <T>(method: HttpRequest['method'], of: string, body?: object): Promise<Answer<T>> =>
    user && restBase
      ? rest(http, { method, url: `${restBase}/chatgroups${of}`, token: host.token(), body }).then(({ data }) => {
          if (!data) throw new ConnectionError('RestFailed', 'an answer without data')
          return { data: data as T }
        })
      : Promise.reject(new ConnectionError('NotConnected', 'groups need open(), and apiUrl'))
  const getJoinedGroups = () => ask<GroupInfo[]>('GET', '')

  const refresh = () => {
    const asker = user
    cancel()
    if (!restBase) return
    getJoinedGroups()
      .then(({ data }) => {
        if (asker !== user) return
        const now = data.map(({ groupid }) => groupid)
        leave(...Array.from(known).filter((group) => now.indexOf(group) < 0))
        return join(...now.filter((group) => !known.has(group)))
      })
      .catch(() => {
        if (asker === user) cancel = clock.schedule(refresh, retryDelay)
      })
  }

  return {
    enter: (next) => {
      cancel()
      user = next
      known = new Set(next === undefined ? [] : keptGroups(storage, root, next))
    },
    sync: refresh,
    offline: () => cancel(),
    notice: (json) => {
      let said: Partial<Record<string, unknown>>
      try {
        said = Object(JSON.parse(json)) as typeof said
      } catch {
        return
      }
      const { type, group, by } = said
      const operation = operations.get(type)
      if (!operation || !isName(group)) return
      if (operation === 'directJoined') join(group).catch(nothing)
      else leave(group)
      host.emit('onGroupEvent', { operation, id: group, ...(typeof by === 'string' && { from: by }) })
    },

    calls: {
      createGroup: ({ data }) =>
        ask<{ groupid: string }>('POST', '', { ...data, desc: undefined, description: data.desc }).then((answer) =>
          join(answer.data.groupid).then(() => answer),
        ),
      joinGroup: ({ groupId }) => ask('POST', path(groupId, 'users'), {}).then(() => join(groupId)),
      leaveGroup: ({ groupId }) => ask('DELETE', path(groupId, 'users', user!)).then(() => leave(groupId)),
      destroyGroup: ({ groupId }) => ask('DELETE', path(groupId)).then(() => leave(groupId)),
      inviteUsersToGroup: ({ groupId, users }) =>
        ask('POST', path(groupId, 'users'), { usernames: users }).then(nothing),
      removeGroupMember: ({ groupId, username }) => ask('DELETE', path(groupId, 'users', username)).then(nothing),
      getJoinedGroups,
      getGroupInfo: ({ groupId }) => ask('GET', path(groupId)),
      listGroupMembers: ({ groupId, pageNum = 1, pageSize = 100 }) =>
        ask('GET', `${path(groupId, 'users')}?pagenum=${pageNum}&pagesize=${pageSize}`),
    },
  }
}

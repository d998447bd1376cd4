// Which groups the user is in, kept in step with the server: by its list, by its notices, and by our own calls.
import { ConnectionError, groupFilter, groupsKey, keptGroups } from '../part'
import type { HttpRequest } from '../ports/http'
import { delayAfter } from '../rest/again'
import { rest } from '../rest/rest'
import { isName } from '../text/form'
import type { MessagesHost } from './contract'
import type { Answer, GroupInfo, MessageCalls } from './types'

/** How the list of groups is asked for again. */
const pace = { base: 15_000, cap: 600_000 }

/** What the server says about groups, in Easemob's words. */
const operations = new Map<unknown, string>([
  ['group.added', 'directJoined'],
  ['group.removed', 'removeMember'],
  ['group.deleted', 'destroy'],
  ['group.invited', 'inviteToJoin'],
  ['group.accepted', 'acceptInvite'],
  ['group.declined', 'rejectInvite'],
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
  | 'modifyGroup'
  | 'changeGroupOwner'
  | 'acceptGroupInvite'
  | 'rejectGroupInvite'
  | 'getGroupInvites'
>

export interface Groups {
  readonly calls: GroupCalls
  /** The user of now; `undefined`: none. Forgets the groups of the one before. */
  enter(user: string | undefined): void
  /** The link is there. `lost`: the server's list may differ from ours; then, or where it is still owed, it is asked for. */
  online(lost: boolean): void
  /** The link is gone. */
  offline(): void
  /** The user left it, or was removed: what still comes of it is old. */
  isGone(group: string): boolean
  /** What the server said on the user's own topic. */
  notice(json: string): void
}

const path = (...parts: string[]) => parts.map((part) => '/' + encodeURIComponent(part)).join('')
const nothing = () => undefined

export const createGroups = (host: MessagesHost): Groups => {
  const { clock, log, settings, platform } = host
  const { root, restBase } = settings
  const { storage, http, random } = platform
  let user: string | undefined
  let known = new Set<string>()
  let gone = new Set<string>()
  /** Calls under way that change something: the app hears of them by their promise. */
  let changing = 0
  let cancel: () => void = nothing
  /** The server's list is still to be asked for; after so many failures in a row, not before then. */
  let owed = false
  let failures = 0
  let notBefore = 0

  const filter = (group: string) => groupFilter(root, group)
  const save = () => storage.set(groupsKey(root, user!), JSON.stringify(Array.from(known)))

  const learn = (groups: readonly unknown[]): string[] => {
    const good = groups.filter(isName)
    good.forEach((group) => {
      known.add(group)
      gone.delete(group)
    })
    save()
    return good.map(filter)
  }
  /** For a call of the app, which is told how it went. */
  const join = (group: unknown): Promise<void> => {
    const filters = learn([group])
    return new Promise((resolve, reject) => {
      if (filters.length) host.subscribe(filters, (error) => (error ? reject(error) : resolve()))
      else resolve()
    })
  }
  const leave = (...groups: string[]) => {
    groups.forEach((group) => {
      known.delete(group)
      gone.add(group)
    })
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
  const change = <T>(method: HttpRequest['method'], of: string, body?: object): Promise<Answer<T>> => {
    changing++
    return ask<T>(method, of, body).then(
      (answer) => {
        changing--
        return answer
      },
      (failure: unknown) => {
        changing--
        throw failure
      },
    )
  }
  const answer = (groupId: string, verifyResult: boolean) =>
    change('POST', path(groupId, 'invite_verify'), { verifyResult })
  const getJoinedGroups = () => ask<GroupInfo[]>('GET', '')

  const refresh = () => {
    const asker = user
    cancel()
    if (!restBase) return
    getJoinedGroups()
      .then(({ data }) => {
        if (asker !== user) return
        const now = data.map(({ groupid }) => groupid)
        owed = false
        failures = 0
        leave(...Array.from(known).filter((group) => now.indexOf(group) < 0))
        host.listen(learn(now.filter((group) => !known.has(group))))
      })
      .catch((failure: unknown) => {
        if (asker !== user) return
        const { name, detail } = failure as ConnectionError
        if (!failures++) log(3, 'rest', 'failed', () => ({ what: '/chatgroups', name, detail }))
        const delay = delayAfter(failure, failures, random(), pace)
        owed = delay !== undefined
        if (delay === undefined) return
        notBefore = clock.now() + delay
        cancel = clock.schedule(refresh, delay)
      })
  }

  return {
    enter: (next) => {
      cancel()
      owed = false
      failures = notBefore = 0
      user = next
      gone = new Set()
      known = new Set(next === undefined ? [] : keptGroups(storage, root, next))
    },
    online: (lost) => {
      owed = owed || lost
      if (!owed) return
      const delay = notBefore - clock.now()
      if (delay > 0) cancel = clock.schedule(refresh, delay)
      else refresh()
    },
    offline: () => cancel(),
    isGone: (group) => gone.has(group),
    notice: (json) => {
      let said: Partial<Record<string, unknown>>
      try {
        said = Object(JSON.parse(json)) as typeof said
      } catch {
        return
      }
      const { type, group, by, groupname } = said
      const operation = operations.get(type)
      if (!operation || !isName(group)) return
      const joined = operation === 'directJoined'
      const left = operation === 'removeMember' || operation === 'destroy'
      // Said for the sake of other devices.
      const ours = by === user && (changing > 0 || joined === known.has(group))
      if (joined) host.listen(learn([group]))
      else if (left) leave(group)
      if (ours) return
      host.emit('onGroupEvent', {
        operation,
        id: group,
        ...(typeof by === 'string' && { from: by }),
        ...(!joined && !left && typeof groupname === 'string' && { name: groupname }),
      })
    },

    calls: {
      createGroup: ({ data }) =>
        change<{ groupid: string }>('POST', '', { ...data, desc: undefined, description: data.desc }).then((answer) =>
          join(answer.data.groupid).then(() => answer),
        ),
      joinGroup: ({ groupId }) => change('POST', path(groupId, 'users'), {}).then(() => join(groupId)),
      leaveGroup: ({ groupId }) => change('DELETE', path(groupId, 'users', user!)).then(() => leave(groupId)),
      destroyGroup: ({ groupId }) => change('DELETE', path(groupId)).then(() => leave(groupId)),
      inviteUsersToGroup: ({ groupId, users }) =>
        ask('POST', path(groupId, 'users'), { usernames: users }).then(nothing),
      removeGroupMember: ({ groupId, username }) => ask('DELETE', path(groupId, 'users', username)).then(nothing),
      getJoinedGroups,
      getGroupInfo: ({ groupId }) => ask('GET', path(groupId)),
      listGroupMembers: ({ groupId, pageNum = 1, pageSize = 100 }) =>
        ask('GET', `${path(groupId, 'users')}?pagenum=${pageNum}&pagesize=${pageSize}`),
      modifyGroup: ({ groupId, groupName, description, inviteNeedConfirm }) =>
        ask('PUT', path(groupId), { groupname: groupName, description, inviteNeedConfirm }),
      changeGroupOwner: ({ groupId, newOwner }) => ask('PUT', path(groupId), { newowner: newOwner }),
      acceptGroupInvite: ({ groupId }) => answer(groupId, true).then(() => join(groupId)),
      rejectGroupInvite: ({ groupId }) => answer(groupId, false).then(nothing),
      getGroupInvites: () => ask('GET', '/invites'),
    },
  }
}

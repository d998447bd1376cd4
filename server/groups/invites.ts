// Invitations to groups: kept until they are answered or too old, bounded for whoever is asked, on the account of whoever asks.
import type { Account } from '../account'
import { steadyNow } from '../clock'
import type { Limits } from '../limits'
import { keyOf, type Change, type Store } from '../store/store'

export interface Invite {
  readonly app: string
  readonly group: string
  readonly user: string
  /** Who asked. */
  readonly by: string
  /** By the steady clock: when it was sent, and once it is declined, when that was. */
  readonly at: number
  /** Kept for a while, so that nobody is asked again at once. */
  readonly declined: boolean
}

export interface Invites {
  /** The invitation that waits for the user's word. */
  open(app: string, group: string, user: string): Invite | undefined
  /** Those that wait for the user's word, the oldest first. */
  of(app: string, user: string): Invite[]
  /** How many of this group wait for someone's word. */
  count(app: string, group: string): number
  /** Whether the user may be asked: is not asked already, and did not decline a moment ago. */
  mayAsk(app: string, group: string, user: string): boolean
  /** Of a kind: the bytes that one is booked with. */
  contents(invite: Pick<Invite, 'group' | 'user' | 'by'>): number
  ask(app: string, group: string, users: readonly string[], by: string): Change[]
  decline(invite: Invite): Change[]
  /** Takes away what is answered, or of no use any more. */
  drop(gone: (invite: Invite) => boolean, of: { app: string; group?: string; user?: string }): Change[]
  /** Takes away what is too old. */
  sweep(now: number): Change[]
}

export async function openInvites(store: Store, account: Account, limits: Limits): Promise<Invites> {
  /** By `app/group` and by `app/user`. */
  const byGroup = new Map<string, Map<string, Invite>>()
  const byUser = new Map<string, Map<string, Invite>>()

  const keyFor = ({ app, group, user }: Invite): string => keyOf('invite', app, group, user)
  const contents = ({ group, user, by }: Pick<Invite, 'group' | 'user' | 'by'>): number =>
    2 * (group.length + user.length + by.length)
  const ownerOf = ({ app, by }: Invite): string => `${app}/${by}`
  const isOver = ({ at, declined }: Invite, now: number): boolean =>
    at + (declined ? limits.askAgainSeconds : limits.inviteSeconds) * 1000 <= now

  function put(invite: Invite): Change {
    const { app, group, user } = invite
    for (const [map, key, inner] of [
      [byGroup, `${app}/${group}`, user],
      [byUser, `${app}/${user}`, group],
    ] as const)
      map.set(key, (map.get(key) ?? new Map<string, Invite>()).set(inner, invite))
    return { key: keyFor(invite), value: invite }
  }
  function remove(invite: Invite): Change {
    const { app, group, user } = invite
    for (const [map, key, inner] of [
      [byGroup, `${app}/${group}`, user],
      [byUser, `${app}/${user}`, group],
    ] as const) {
      const all = map.get(key)
      all?.delete(inner)
      if (all?.size === 0) map.delete(key)
    }
    account.give(ownerOf(invite), 'invite', contents(invite))
    return { key: keyFor(invite) }
  }

  /** Nobody's list is filled by one person: where it is full, the oldest goes of whoever has asked most. */
  function makeRoom(app: string, user: string): Change[] {
    const all = [...(byUser.get(`${app}/${user}`)?.values() ?? [])]
    if (all.length < limits.invitesPerUser) return []
    const asked = new Map<string, Invite[]>()
    for (const invite of all) asked.set(invite.by, [...(asked.get(invite.by) ?? []), invite])
    const [most] = [...asked.values()].sort((a, b) => b.length - a.length)
    const [oldest] = most!.sort((a, b) => Number(b.declined) - Number(a.declined) || a.at - b.at)
    return [remove(oldest!)]
  }

  const now = steadyNow()
  for await (const [, value] of store.read('invite')) {
    const invite = value as Invite
    // Nobody was asked in the future.
    put({ ...invite, at: Math.min(invite.at, now) })
    account.add(ownerOf(invite), 'invite', contents(invite))
  }

  return {
    contents,
    open(app, group, user) {
      const invite = byGroup.get(`${app}/${group}`)?.get(user)
      return invite && !invite.declined && !isOver(invite, steadyNow()) ? invite : undefined
    },
    of: (app, user) =>
      [...(byUser.get(`${app}/${user}`)?.values() ?? [])].filter(
        (invite) => !invite.declined && !isOver(invite, steadyNow()),
      ),
    count: (app, group) =>
      [...(byGroup.get(`${app}/${group}`)?.values() ?? [])].filter(({ declined }) => !declined).length,
    mayAsk(app, group, user) {
      const invite = byGroup.get(`${app}/${group}`)?.get(user)
      return !invite || isOver(invite, steadyNow())
    },
    ask: (app, group, users, by) =>
      users.flatMap((user) => {
        const before = byGroup.get(`${app}/${group}`)?.get(user)
        const changes = before ? [remove(before)] : makeRoom(app, user)
        const invite = { app, group, user, by, at: steadyNow(), declined: false }
        account.add(ownerOf(invite), 'invite', contents(invite))
        return [...changes, put(invite)]
      }),
    decline: (invite) => [put({ ...invite, at: steadyNow(), declined: true })],
    drop: (gone, { app, group, user }) => {
      const found = group === undefined ? byUser.get(`${app}/${user!}`) : byGroup.get(`${app}/${group}`)
      return [...(found?.values() ?? [])].filter(gone).map(remove)
    },
    sweep: (at) =>
      [...byGroup.values()].flatMap((all) => [...all.values()].filter((invite) => isOver(invite, at)).map(remove)),
  }
}

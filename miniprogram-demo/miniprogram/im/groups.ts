// The names of the groups that the user is in: from the server when there is one, from this phone until then.
import type { Connection, GroupEvent } from 'miniprogram-im'

const names = new Map<string, string>()
let known = false

const place = (user: string) => `groups/${user}`

function remember(user: string): void {
  if (known) return
  known = true
  Object.entries(wx.getStorageSync<Record<string, string> | ''>(place(user)) || {}).forEach(([id, name]) =>
    names.set(id, name),
  )
}

const keep = (user: string): void => wx.setStorageSync(place(user), Object.fromEntries(names))

/** Asks the server; what it does not answer now it answers at the next login. */
export function learnGroups(connection: Connection): void {
  connection.getJoinedGroups().then(
    ({ data }) => {
      data.forEach(({ groupid, groupname }) => names.set(groupid, groupname))
      keep(connection.user)
    },
    () => undefined,
  )
}

/** A name that is known before the server lists it. */
export function noteGroup(user: string, id: string, name: string): void {
  remember(user)
  names.set(id, name)
  keep(user)
}

/** A new name; or a group whose name only the server knows. */
export function hearOfGroup(connection: Connection, { operation, id, name }: GroupEvent): void {
  if (name) noteGroup(connection.user, id, name)
  if (operation === 'directJoined') learnGroups(connection)
}

/** Another user comes. */
export function forgetGroups(): void {
  names.clear()
  known = false
}

export function nameOfGroup(user: string, id: string): string {
  remember(user)
  return names.get(id) ?? `群 ${id.slice(0, 6)}`
}

// The names of the groups that the user is in: from the server when there is one, from this phone until then.
import type { Connection } from 'miniprogram-im'

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

/** Asks the server; what it does not answer now it answers at the next login. */
export function learnGroups(connection: Connection): void {
  connection.getJoinedGroups().then(
    ({ data }) => {
      data.forEach(({ groupid, groupname }) => names.set(groupid, groupname))
      wx.setStorageSync(place(connection.user), Object.fromEntries(names))
    },
    () => undefined,
  )
}

/** A name that is known before the server lists it. */
export function noteGroup(user: string, id: string, name: string): void {
  remember(user)
  names.set(id, name)
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

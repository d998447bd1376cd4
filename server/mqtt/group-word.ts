// What the server says when a group changes: a notice to those concerned, and one word in the group to all other members.
import { randomUUID } from 'node:crypto'
import type { Groups } from '../groups/groups'
import { destinationKey, type Destination } from './topics'

/**
 * The server's own word to one destination, kept once for all of them, on the account of whoever caused it. `must`: also when
 * that is full, because what it tells has happened.
 */
export type Speak = (
  to: Destination,
  word: {
    readonly users: readonly string[]
    readonly body: object
    readonly by: string
    readonly must: boolean
  },
) => void

interface Reach {
  readonly speak: Speak
  /** Takes subscriptions away that the user has no right to any more, and what waits unfetched. */
  withdraw(app: string, user: string, destination: string): void
  /** Sessions that the user has. */
  devices(app: string, user: string): number
}

export function followGroups(groups: Groups, { speak, withdraw, devices }: Reach): void {
  groups.onEvent(({ group, by, notice, news }) => {
    const { app, id, name } = group
    const inGroup: Destination = { app, kind: 'g', name: id }
    if (notice) {
      const { type } = notice
      if (type === 'removed' || type === 'deleted')
        for (const user of notice.users) withdraw(app, user, destinationKey(inGroup))
      // Whoever did it knows; other devices of the same user do not.
      const users = notice.users.filter((user) => user !== by || devices(app, user) > 1)
      const body = { type: `group.${type}`, group: id, groupname: name, by }
      // Room for those who were brought in was found before they were.
      if (users.length > 0) speak({ app, kind: 's', name: '' }, { users, body, by, must: true })
    }
    if (news && news.members.length > 0) {
      const body = { id: randomUUID(), type: 'group', control: true, time: Date.now(), body: { ...news.says, by } }
      // Leaving is never refused: what there is no room for then is not said.
      speak(inGroup, { users: news.members, body, by, must: false })
    }
  })
}

// Invitations into groups that wait for this user's answer: asked for when the link is there, and when somebody invites.
import type { Connection, GroupEvent, GroupInvite } from 'miniprogram-im'

type Watcher = (invites: readonly GroupInvite[]) => void

let invites: readonly GroupInvite[] = []
let asker: Connection | undefined
const watchers = new Set<Watcher>()

function become(next: readonly GroupInvite[]): void {
  invites = next
  watchers.forEach((watcher) => watcher(invites))
}

/** Hears which there are, now and on every change, until the returned function is called. */
export function watchInvites(watcher: Watcher): () => void {
  watchers.add(watcher)
  watcher(invites)
  return () => watchers.delete(watcher)
}

/** Asks the server; what it does not answer now it answers at the next login. */
export function learnInvites(connection: Connection): Promise<void> {
  asker = connection
  return connection.getGroupInvites().then(
    ({ data }) => {
      if (asker === connection) become(data)
    },
    () => undefined,
  )
}

/** Somebody invites, or another device of this user has accepted. */
export function hearOfInvites(connection: Connection, { operation, id }: GroupEvent): void {
  if (operation === 'inviteToJoin' || invites.some(({ groupid }) => groupid === id)) void learnInvites(connection)
}

/** Rejects where the server did not take the answer. */
export async function answerInvite(connection: Connection, groupId: string, accept: boolean): Promise<void> {
  await (accept ? connection.acceptGroupInvite({ groupId }) : connection.rejectGroupInvite({ groupId }))
  become(invites.filter(({ groupid }) => groupid !== groupId))
}

/** Another user comes. */
export function forgetInvites(): void {
  asker = undefined
  become([])
}

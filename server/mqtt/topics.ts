// Who may publish and subscribe where (docs/protocol.md, section 3), decided from the topic alone and the groups' members.
import { isUserName } from '../accounts/names'

/** Where a message goes: a user's inbox, a group, or the server's word to a user. */
export interface Destination {
  /** `org/app`. */
  readonly app: string
  readonly kind: 'u' | 'g' | 's'
  /** The user or the group. */
  readonly name: string
  /** The last level: who sent it; absent in `s/{user}`. */
  readonly from?: string
}

export interface Identity {
  readonly app: string
  readonly user: string
}

/** Who speaks in a group when the server does: no user can have this name, so nobody else can publish there. */
export const serverName = '$'

export type MayNot = 'malformed' | 'forbidden' | 'notMember'

export type IsMember = (app: string, group: string, user: string) => boolean

/** Takes a topic or a filter apart; `undefined`: it has no place in our tree. */
function parseTopic(topic: string): Destination | undefined {
  const [org, app, kind, name, from, ...rest] = topic.split('/', 6)
  if (!org || !app || !name || rest.length > 0) return undefined
  const base = { app: `${org}/${app}`, name }
  if (kind === 's' && from === undefined) return { ...base, kind }
  if ((kind === 'u' || kind === 'g') && from) return { ...base, kind, from }
  return undefined
}

/** The topic without its sender: what sessions subscribe to. */
export const destinationKey = ({ app, kind, name }: Destination): string => `${app}/${kind}/${name}`

/** For a topic without wildcards: the codec lets no other pass. */
export function mayPublish(who: Identity, topic: string, isMember: IsMember): Destination | MayNot {
  const to = parseTopic(topic)
  if (to?.app !== who.app || to.from !== who.user || to.kind === 's') return 'forbidden'
  if (to.kind === 'g' && !isMember(to.app, to.name, who.user)) return 'notMember'
  return to
}

export function maySubscribe(who: Identity, filter: string, isMember: IsMember): Destination | MayNot {
  const levels = filter.split('/')
  const wellFormed = levels.every(
    (level, i) => !/[+#]/.test(level) || level === '+' || (level === '#' && i === levels.length - 1),
  )
  if (filter === '' || !wellFormed) return 'malformed'
  const to = parseTopic(filter)
  if (to?.app !== who.app) return 'forbidden'
  // The sender's level is a name or `+`: `#` would reach no further, and anything else is no sender's (and has no bound).
  if (to.from !== undefined && to.from !== '+' && !isUserName(to.from)) return 'forbidden'
  if (to.kind === 'g') return isMember(to.app, to.name, who.user) ? to : 'notMember'
  return to.name === who.user ? to : 'forbidden'
}

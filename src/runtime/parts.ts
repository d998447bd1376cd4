// The parts of one connection: each is started once, brought up to date when it comes late, and told what happens.
import { ConnectionError } from '../errors/connection-error'
import type { Arrival, Host, Part, Running } from '../part'
import type { SessionInfo } from '../protocol/session'
import { VERSION } from '../version'
import { createWaiting } from './waiting'

type Hook = 'opened' | 'online' | 'offline' | 'closed' | 'destroyed'

export interface Parts {
  /** The calls of a part; the same for the same name. Throws InvalidArgument on one of another version. */
  use<Api>(part: Part<Api>): Api
  /** What a part can do for the connection. */
  find<Ability extends 'login' | 'endpoints' | 'arrived'>(ability: Ability): Running[Ability]
  opened(user: string): void
  online(info: SessionInfo): void
  offline(): void
  arrived(arrival: Arrival): void
  /** Some part has something to send. */
  waiting(): boolean
  closed(): void
  destroyed(): void
}

/** `run` brings a part in at its turn in the mailbox; `waiting` hears how many messages wait for their part, at every change. */
export const createParts = (host: Host, run: (job: () => void) => void, waiting: (count: number) => void): Parts => {
  const started = new Map<string, Running>()
  /** Those whose turn has come. */
  const joined: Running[] = []
  const held = createWaiting()
  let told = 0
  /** The login and the link of now. */
  let user: string | undefined
  let session: SessionInfo | undefined

  const tell = <H extends Hook>(hook: H, ...given: Parameters<NonNullable<Running[H]>>) =>
    joined.forEach((part) => (part[hook] as ((...given: unknown[]) => void) | undefined)?.(...given))

  const find: Parts['find'] = (ability) => {
    for (const part of joined) if (part[ability]) return part[ability]
    return undefined
  }

  const count = () => {
    const now = held.count()
    if (now !== told) waiting((told = now))
  }

  return {
    find,
    use: <Api>(given: Part<Api>): Api => {
      const { name, version, start } = Object(given) as Part<Api>
      if (typeof start !== 'function')
        throw new ConnectionError('InvalidArgument', 'use() takes a part, such as messages()')
      if (version !== VERSION)
        throw new ConnectionError('InvalidArgument', `${name} is of version ${version}, the connection of ${VERSION}`)
      const known = started.get(name)
      if (known) return known.api as Api
      const part: Running<Api> = start(host as never)
      started.set(name, part)
      run(() => {
        joined.push(part)
        if (user !== undefined) part.opened?.(user)
        if (session) part.online?.(session)
        if (part.arrived) held.release().forEach((arrival) => part.arrived!(arrival))
        count()
      })
      return part.api
    },
    opened: (who) => {
      user = who
      tell('opened', who)
    },
    online: (info) => {
      session = info
      if (!info.resumed) held.lost(true)
      tell('online', info)
    },
    offline: () => {
      session = undefined
      held.lost(false)
      tell('offline')
    },
    arrived: (arrival) => {
      const take = find('arrived')
      if (take) return take(arrival)
      held.hold(arrival)
      count()
    },
    waiting: () => joined.some((part) => part.waiting?.() ?? false),
    closed: () => {
      user = session = undefined
      held.release()
      count()
      tell('closed')
    },
    destroyed: () => tell('destroyed'),
  }
}

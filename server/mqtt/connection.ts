// One client's connection from its socket to its end: one packet after the other, deadlines, and always a reason.
import type { Account } from '../account'
import { steadyNow } from '../clock'
import { Refused, refusals, type RefusalName } from '../refusals'
import type { Upgrade } from './admission'
import { sayEnd, sayNo, sayViolated } from './farewell'
import { createRate } from './flow'
import type { Link } from './link'
import { enter, readConnect, type Online } from './login'
import { read, type ClientPacket } from './codec/read'
import { protocolError, Violation } from './codec/violation'
import { createServing, type ServingDeps } from './serving'

export interface ConnectionDeps extends ServingDeps {
  /** MQTT versions spoken here; tests leave some out. */
  readonly versions: readonly (4 | 5)[]
  readonly account: Account
  /** Throws while the server takes nobody in. */
  open(): void
  /** Who is at the other end of a link is known now. */
  identified(who: Online): void
  /** Ends the user's other connections that this one replaces. */
  replaceOthers(app: string, user: string, clientId: string): void
}

export interface Connection {
  /** Who it is, once logged in. */
  readonly online: Online | undefined
  readonly address: string
  /** When it was opened, by the steady clock, while it has said nothing; undefined once it has. */
  readonly silentSince: number | undefined
  packet(bytes: Buffer): void
  violated(violation: Violation): void
  drained(): void
  crowded(): void
  closed(): void
  /** Ends it and says why. */
  end(refusal: RefusalName, retryAfter?: number): void
  /** Keep-alive, the token's end, the time to log in: whatever is due. */
  tick(now: number): void
}

type State =
  /** `understood`: a CONNECT in a version that we speak has come, and is answered with CONNACK. */
  | { readonly kind: 'knocking'; readonly understood: boolean }
  | {
      readonly kind: 'online'
      readonly who: Online
      readonly serve: (packet: ClientPacket) => Promise<void> | undefined
    }
  | { readonly kind: 'ended' }

const keepAliveTimeout = 0x8d

export function createConnection(link: Link, upgrade: Upgrade, deps: ConnectionDeps): Connection {
  const { broker, account, limits, log } = deps
  const { address } = upgrade
  const opened = steadyNow()
  const rate = createRate(limits.packetsPerSecond)
  let state: State = { kind: 'knocking', understood: false }
  let backlog: Buffer[] = []
  let working = false
  let tooFast = false
  let heardAt = opened
  let heard = false

  let kept = 0
  function keep(bytes: number): void {
    kept += bytes
    link.keeping(kept)
  }

  const current = (): State => state
  const online = (): Online | undefined => (state.kind === 'online' ? state.who : undefined)

  /** Leaves the broker behind, whoever ended it. `wanted`: the client said good-bye, so that its will stays unsaid. */
  function leave(wanted: boolean): void {
    const who = online()
    state = { kind: 'ended' }
    backlog = []
    keep(-kept)
    if (!who) return
    log('left', { user: who.user, clientId: who.clientId })
    who.will?.holding.close()
    broker.leave(who.session, wanted ? undefined : who.will?.said)
  }

  function end(refusal: RefusalName, retryAfter?: number): void {
    const before = state
    if (before.kind === 'knocking') {
      refuse(new Refused(refusal, undefined, retryAfter))
    } else if (before.kind === 'online') {
      log('ended', { user: before.who.user, clientId: before.who.clientId, code: refusals[refusal].code })
      leave(false)
      sayEnd(link, refusal, retryAfter)
    }
  }

  function refuse(refused: Refused): void {
    if (state.kind !== 'knocking') return
    const { understood } = state
    log('refused', { address, code: refusals[refused.refusal].code, why: refused.message })
    leave(false)
    sayNo(link, refused, understood)
  }

  function violated(violation: Violation): void {
    const before = state
    if (before.kind === 'ended') return
    log('violation', { address, user: online()?.user, why: violation.message })
    leave(false)
    sayViolated(link, violation, before.kind === 'online' ? 'online' : before.understood ? 'checking' : 'fresh')
  }

  async function connect(bytes: Buffer): Promise<void> {
    const packet = readConnect(bytes, link, deps.versions, () => (state = { kind: 'knocking', understood: true }))
    deps.open()
    const admitted = await deps.admission.connect(packet, upgrade)
    // The link may have gone, or the server begun to stop, meanwhile.
    if (current().kind !== 'knocking') return
    deps.open()
    deps.replaceOthers(admitted.app.path, admitted.user, admitted.clientId)
    const who = enter(packet, admitted, upgrade, link, broker, account, limits)
    state = { kind: 'online', who, serve: createServing(who, link, host, deps) }
    heardAt = steadyNow()
    deps.identified(who)
    await who.stored
    if (online() !== who) return
    who.welcome()
    const { user, clientId, platform } = who
    log('login', { user, clientId, address, platform, version: who.protocolVersion })
  }

  const host = {
    alive: () => state.kind === 'online',
    renewed(expires: number) {
      const who = online()
      if (!who) return
      who.expires = expires
      log('renewed', { user: who.user, clientId: who.clientId })
    },
    goodbye(wanted: boolean) {
      leave(wanted)
      link.close(1000, '')
    },
    unavailable: (retryAfter?: number) => end('unavailable', retryAfter),
  }

  function failed(error: unknown): void {
    if (error instanceof Violation) violated(error)
    else if (!(error instanceof Refused)) {
      log('error', {
        user: online()?.user,
        why: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      end('unavailable')
    } else if (state.kind === 'online') end(error.refusal, error.retryAfter)
    else refuse(error)
  }

  /** The next packet, unless this second's are used up: then the link is read no further until the next one. */
  function next(): Buffer | undefined {
    if (backlog.length === 0) return undefined
    tooFast = !rate.spend()
    if (!tooFast) {
      const bytes = backlog.shift()
      keep(-bytes!.length)
      return bytes
    }
    link.pause('rate')
    return undefined
  }

  /** One packet after the other: what comes while one waits for the disk or a signature stays in line. */
  async function work(): Promise<void> {
    working = true
    for (let bytes = next(); bytes !== undefined; bytes = next()) {
      try {
        const pending = state.kind === 'online' ? state.serve(read(bytes, link.version)) : connect(bytes)
        if (!pending) continue
        link.pause('work')
        await pending
      } catch (error) {
        failed(error)
      }
      link.resume('work')
    }
    working = false
  }

  return {
    get online() {
      return online()
    },
    address,
    get silentSince() {
      return state.kind === 'knocking' && !heard ? opened : undefined
    },
    packet(bytes) {
      heard = true
      if (state.kind === 'ended') return
      heardAt = steadyNow()
      backlog.push(bytes)
      keep(bytes.length)
      if (!working && !tooFast) void work()
    },
    violated,
    drained: () => online()?.session.pump(),
    crowded: () => end('unavailable', 30),
    closed: () => leave(false),
    end,
    tick(now) {
      if (tooFast && rate.over(now)) {
        tooFast = false
        link.resume('rate')
        void work()
      }
      const who = online()
      if (state.kind === 'knocking' && now - opened > limits.connectMs) {
        violated(new Violation(protocolError, 'no CONNECT in time'))
      } else if (who && Date.now() >= who.expires) {
        end('tokenExpired')
      } else if (who && now - heardAt >= who.silenceMs) {
        violated(new Violation(keepAliveTimeout, 'keep-alive timeout'))
      }
    },
  }
}

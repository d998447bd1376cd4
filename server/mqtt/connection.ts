// One client's connection from its socket to its end: one packet after the other, deadlines, and always a reason.
import type { Account } from '../account'
import { steadyNow } from '../clock'
import { Refused, refusals, type RefusalName } from '../refusals'
import type { Upgrade } from './admission'
import { sayEnd, sayNo, sayViolated } from './farewell'
import { Rate } from './flow'
import type { Link, LinkEvents } from './link'
import { enter, readConnect, type Online } from './login'
import { read } from './codec/read'
import { protocolError, Violation } from './codec/violation'
import { Serving, type Host, type ServingDeps } from './serving'

export interface ConnectionDeps extends ServingDeps {
  /** MQTT versions spoken here; tests leave some out. */
  readonly versions: readonly (4 | 5)[]
  readonly account: Account
  /** Throws while the server takes nobody in. */
  open(): void
  /** Who is at the other end is known now. */
  identified(connection: Connection): void
  /** Ends the user's other connections that this one replaces. */
  replaceOthers(app: string, user: string, clientId: string): void
  /** It wants its `tick` at this moment of the steady clock. */
  lookAt(connection: Connection, at: number): void
  gone(connection: Connection): void
}

type State =
  /** `understood`: a CONNECT in a version that we speak has come, and is answered with CONNACK. */
  | { readonly kind: 'knocking'; readonly understood: boolean }
  | { readonly kind: 'online'; readonly who: Online; readonly serving: Serving }
  | { readonly kind: 'ended' }

const keepAliveTimeout = 0x8d

/** A token's end is a time of the wall clock, which may jump: it is looked for at least this often. */
const mostMs = 10_000

const ended: State = { kind: 'ended' }

/** There are thousands of these: a class, as small as it can be. */
export class Connection implements LinkEvents, Host {
  readonly link: Link
  /** `org/app/user` once it has logged in, also after its end. */
  owner: string | undefined
  readonly #opened = steadyNow()
  readonly #rate: Rate
  #state: State = { kind: 'knocking', understood: false }
  #backlog: Buffer[] = []
  #working = false
  #tooFast = false
  #heardAt = this.#opened
  #heard = false
  #kept = 0

  constructor(
    linkFor: (events: LinkEvents) => Link,
    private readonly upgrade: Upgrade,
    private readonly deps: ConnectionDeps,
  ) {
    this.link = linkFor(this)
    this.#rate = new Rate(deps.limits.packetsPerSecond)
    deps.lookAt(this, this.#opened + deps.limits.connectMs)
  }

  /** Who it is, once logged in. */
  get online(): Online | undefined {
    return this.#state.kind === 'online' ? this.#state.who : undefined
  }

  get address(): string {
    return this.upgrade.address
  }

  /** When it was opened, by the steady clock, while it has said nothing; undefined once it has. */
  get silentSince(): number | undefined {
    return this.#state.kind === 'knocking' && !this.#heard ? this.#opened : undefined
  }

  packet(bytes: Buffer): void {
    this.#heard = true
    if (this.#state.kind === 'ended') return
    this.#heardAt = steadyNow()
    this.#backlog.push(bytes)
    this.#keep(bytes.length)
    if (!this.#working && !this.#tooFast) void this.#work()
  }

  violated(violation: Violation): void {
    const before = this.#state
    if (before.kind === 'ended') return
    this.deps.log('violation', { address: this.address, user: this.online?.user, why: violation.message })
    this.#leave(false)
    sayViolated(this.link, violation, before.kind === 'online' ? 'online' : before.understood ? 'checking' : 'fresh')
  }

  drained(): void {
    this.online?.session.pump()
  }

  crowded(): void {
    this.end('unavailable', 30)
  }

  closed(): void {
    this.#leave(false)
    this.deps.gone(this)
  }

  /** Ends it and says why. */
  end(refusal: RefusalName, retryAfter?: number): void {
    const before = this.#state
    if (before.kind === 'knocking') {
      this.#refuse(new Refused(refusal, undefined, retryAfter))
    } else if (before.kind === 'online') {
      this.deps.log('ended', { user: before.who.user, clientId: before.who.clientId, code: refusals[refusal].code })
      this.#leave(false)
      sayEnd(this.link, refusal, retryAfter)
    }
  }

  /** Keep-alive, the token's end, the time to log in: whatever is due. Asks for the next look by itself. */
  tick(now: number): void {
    const { limits } = this.deps
    if (this.#tooFast && now >= this.#rate.over) {
      this.#tooFast = false
      this.link.resume('rate')
      void this.#work()
    }
    const who = this.online
    if (this.#state.kind === 'knocking' && now - this.#opened >= limits.connectMs) {
      this.violated(new Violation(protocolError, 'no CONNECT in time'))
    } else if (who && Date.now() >= who.expires) {
      this.end('tokenExpired')
    } else if (who && now - this.#heardAt >= who.silenceMs) {
      this.violated(new Violation(keepAliveTimeout, 'keep-alive timeout'))
    }
    this.#askForLook(now)
  }

  alive(): boolean {
    return this.#state.kind === 'online'
  }

  renewed(expires: number): void {
    const who = this.online
    if (!who) return
    who.expires = expires
    this.deps.log('renewed', { user: who.user, clientId: who.clientId })
    this.#askForLook(steadyNow())
  }

  goodbye(wanted: boolean): void {
    this.#leave(wanted)
    this.link.close(1000, '')
  }

  unavailable(retryAfter?: number): void {
    this.end('unavailable', retryAfter)
  }

  #askForLook(now: number): void {
    const state = this.#state
    if (state.kind === 'ended') return
    const due =
      state.kind === 'knocking'
        ? this.#opened + this.deps.limits.connectMs
        : Math.min(this.#heardAt + state.who.silenceMs, now + Math.min(mostMs, state.who.expires - Date.now()))
    this.deps.lookAt(this, this.#tooFast ? Math.min(due, this.#rate.over) : due)
  }

  #keep(bytes: number): void {
    this.#kept += bytes
    this.link.keeping(this.#kept)
  }

  /** Leaves the broker behind, whoever ended it. `wanted`: the client said good-bye, so that its will stays unsaid. */
  #leave(wanted: boolean): void {
    const who = this.online
    this.#state = ended
    this.#backlog = []
    this.#keep(-this.#kept)
    if (!who) return
    this.deps.log('left', { user: who.user, clientId: who.clientId })
    who.will?.holding.close()
    this.deps.broker.leave(who.session, wanted ? undefined : who.will?.said)
  }

  #refuse(refused: Refused): void {
    if (this.#state.kind !== 'knocking') return
    const { understood } = this.#state
    const { code } = refusals[refused.refusal]
    this.deps.log('refused', { address: this.address, code, why: refused.message })
    this.#leave(false)
    sayNo(this.link, refused, understood)
  }

  async #connect(bytes: Buffer): Promise<void> {
    const { deps, link, upgrade } = this
    const packet = readConnect(bytes, link, deps.versions, () => (this.#state = { kind: 'knocking', understood: true }))
    deps.open()
    const admitted = await deps.admission.connect(packet, upgrade)
    // The link may have gone, or the server begun to stop, meanwhile.
    if (this.#state.kind !== 'knocking') return
    deps.open()
    deps.replaceOthers(admitted.app.path, admitted.user, admitted.clientId)
    const { who, stored, welcome } = enter(packet, admitted, upgrade, link, deps.broker, deps.account, deps.limits)
    this.#state = { kind: 'online', who, serving: new Serving(who, link, this, deps) }
    this.#heardAt = steadyNow()
    this.owner = who.session.owner
    deps.identified(this)
    this.#askForLook(this.#heardAt)
    await stored
    if (this.online !== who) return
    welcome()
    const { user, clientId, platform } = who
    deps.log('login', { user, clientId, address: this.address, platform, version: who.protocolVersion })
  }

  #failed(error: unknown): void {
    if (error instanceof Violation) this.violated(error)
    else if (!(error instanceof Refused)) {
      this.deps.log('error', {
        user: this.online?.user,
        why: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      this.end('unavailable')
    } else if (this.#state.kind === 'online') this.end(error.refusal, error.retryAfter)
    else this.#refuse(error)
  }

  /** The next packet, unless this second's are used up: then the link is read no further until the next one. */
  #next(): Buffer | undefined {
    if (this.#backlog.length === 0) return undefined
    this.#tooFast = !this.#rate.spend(steadyNow())
    if (!this.#tooFast) {
      const bytes = this.#backlog.shift()
      this.#keep(-bytes!.length)
      return bytes
    }
    this.link.pause('rate')
    this.deps.lookAt(this, this.#rate.over)
    return undefined
  }

  /** One packet after the other: what comes while one waits for the disk or a signature stays in line. */
  async #work(): Promise<void> {
    this.#working = true
    for (let bytes = this.#next(); bytes !== undefined; bytes = this.#next()) {
      try {
        const state = this.#state
        const pending =
          state.kind === 'online' ? state.serving.serve(read(bytes, this.link.version)) : this.#connect(bytes)
        if (!pending) continue
        this.link.pause('work')
        await pending
      } catch (error) {
        this.#failed(error)
      }
      this.link.resume('work')
    }
    this.#working = false
  }
}

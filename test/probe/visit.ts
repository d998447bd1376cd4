// A person with a simulated phone who opens the probe: goes away and comes back, flies, and kills the app, as they are asked.
import { createPhone, type Phone, type PhoneOptions } from '../../simulator/core/phone'
import { createMemoryHttp } from '../../simulator/links/memory-http'
import { createMemoryNetwork, type MemoryPeer } from '../../simulator/links/memory-link'
import { boot } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import type { Done, Errand } from '../../miniprogram-demo/miniprogram/probe/bench'
import type { Journal } from '../../miniprogram-demo/miniprogram/probe/journal'
import type * as Probe from '../../miniprogram-demo/miniprogram/probe/run'
import type * as File from '../../miniprogram-demo/miniprogram/probe/file'
import type * as Steps from '../../miniprogram-demo/miniprogram/probe/steps'
import { createProbe } from '../../server/probe'

const HOST = 'im.test:7380'
export const SERVER = `http://${HOST}`
const minute = 60_000

export interface VisitOptions extends Partial<PhoneOptions> {
  readonly promise?: 'native' | 'macrotask'
  /** Steps to take; all of them when not said. */
  readonly only?: readonly string[]
  /** What the person does instead of what they are asked. */
  readonly instead?: (errand: Errand, phone: Phone) => Promise<Done> | undefined
  readonly server?: string
  /** The app dies for the first time when this step is under way. */
  readonly dieIn?: string
}

export interface Visit {
  readonly phone: Phone
  readonly journal: Journal
  readonly file: string
  readonly errands: readonly Errand[]
}

type Exports = typeof Probe & typeof File & typeof Steps

/** The embedded server's side, in memory: the very same answers. */
function listen(clock: ReturnType<typeof virtualClock>) {
  const network = createMemoryNetwork({ clock })
  const probe = createProbe(clock)
  const accept = (peer: MemoryPeer) => {
    const attended = probe.attend(
      {
        send: (data) => peer.send(data as string | ArrayBuffer),
        close: (code, reason) => peer.close(code, reason),
        drop: () => peer.terminate(),
        deafen: () => peer.freeze(),
      },
      new URL(peer.url.replace(/^ws/, 'http')).searchParams,
    )
    peer.onMessage = attended.message
    peer.onClose = attended.closed
  }
  const at = (path: string) => `ws://${HOST}/${path}`
  network.listen(at('probe'), accept)
  network.listen(at('probe/silent'), accept).hang(true)
  network.listen(at('probe/404'), accept, { handshake: () => 404 })
  network.listen(at('probe/mute'), accept, { protocol: () => undefined })
  network.fail('ws://probe.invalid/probe', { kind: 'dns' })
  network.fail(`wss://${HOST}/probe`, { kind: 'tls' })
  return network
}

export async function visit(file: string, options: VisitOptions = {}): Promise<Visit> {
  const { promise, only, instead, dieIn, server = SERVER, ...rest } = options
  const clock = virtualClock()
  const http = createMemoryHttp({ clock })
  http.serve(SERVER, () => undefined)
  const phone = createPhone({ clock, link: listen(clock), http, random: () => 0.5, profile: 'android', ...rest })
  const errands: Errand[] = []
  let journal: Journal | undefined
  let failure: unknown
  let died = false

  const later = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms))
  /** Whoever asked in a life that is over gets no answer. */
  async function person(errand: Errand): Promise<Done> {
    const life = phone.boots
    const done = await run(errand)
    return phone.boots === life && phone.state !== 'destroyed' ? done : new Promise(() => undefined)
  }
  async function run(errand: Errand): Promise<Done> {
    errands.push(errand)
    await later(errand.kind === 'kill' ? 30 : 2000)
    const other = instead?.(errand, phone)
    if (other) return other
    switch (errand.kind) {
      case 'leave':
        phone.hide()
        await later(errand.seconds * 1000)
        phone.show()
        await later(1000)
        return 'done'
      case 'flight-mode':
        phone.network.set(errand.on ? 'none' : 'wifi')
        return 'done'
      case 'mobile-data':
        phone.network.set(errand.on ? '4g' : 'wifi')
        return 'done'
      case 'call':
        return 'skipped'
      case 'kill':
        phone.kill()
        await later(5000)
        phone.show()
        return 'done'
    }
  }

  const app = boot(phone, {
    file,
    ...(promise && { promise }),
    app(load) {
      const { runProbe, steps } = load('miniprogram-im') as Exports
      if (only) {
        const all = steps as unknown as (typeof steps)[number][]
        all.splice(0, all.length, ...only.map((id) => all.find((step) => step.id === id)!))
      }
      const visitor: Probe.Visitor = {
        server,
        person,
        onProgress(now) {
          if (died || now.begun !== 1 || steps[now.step]?.id !== dieIn) return
          died = true
          clock.setTimeout(() => {
            phone.kill()
            clock.setTimeout(() => phone.show(), 1000)
          }, 3)
        },
      }
      runProbe(visitor).then(
        (ended) => (journal = ended),
        (error: unknown) => (failure = error),
      )
    },
  })
  const ended = await clock.runUntil(() => journal !== undefined || failure !== undefined, 180 * minute)
  if (failure !== undefined) throw failure as Error
  if (!ended || !journal) throw new Error('the probe did not come to its end')
  return { phone, journal, file: (app.exports as Exports).fileOf(journal, SERVER, journal.step), errands }
}

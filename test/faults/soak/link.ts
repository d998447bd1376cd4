// The fault proxy on the virtual clock: between a phone and the in-memory network it does to links what networks do.
// It works on WebSocket messages; ../proxy does the same to the bytes of real sockets.
// Extend: one more kind and its effect; `inject` answers whether there was a link that it could hit.
import type { Clock } from '../../../simulator/core/clock'
import type { Link, LinkConnection, LinkEvents, LinkFailure, LinkRequest } from '../../../simulator/core/link'
import { count, type Chance, type Tally } from '../random'

type Data = ArrayBuffer | string
type Way = 'up' | 'down'

export const kinds = [
  'delay',
  'lost without notice',
  'half-open up',
  'half-open down',
  'reset',
  'truncated',
  'truncated up',
  'slow drip',
  'garbage',
  'text frame',
  'odd close',
  'refused',
  'hung handshake',
  'late bytes',
] as const
export type Kind = (typeof kinds)[number]

/** What no server may send, whatever follows: a reserved type, a client's packet, forbidden flags. */
const forbidden = [0x00, 0x0f, 0x10, 0x82, 0xa2, 0xc0, 0x21, 0x51, 0x6f, 0x91, 0xd1]
const refusals: readonly LinkFailure[] = [
  { kind: 'refused' },
  { kind: 'dns' },
  { kind: 'transport' },
  { kind: 'timeout' },
  { kind: 'tls-timeout' },
  { kind: 'http', status: 502 },
  { kind: 'http', status: 503 },
  { kind: 'http', status: 429 },
]
const codes = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 3000, 4000, 4999]
const reasons = ['', 'bye', 'Stream end encountered', '再见', 'x'.repeat(123), 'code=', 'code=99999', '\0']

interface Wire {
  readonly connection: LinkConnection
  readonly events: LinkEvents
  /** What passes. */
  up: boolean
  down: boolean
  /** ms that everything is late by. */
  late: number
  drip: boolean
  /** Of the next message that way, this part still passes before the link breaks. */
  readonly cutAt: Partial<Record<Way, number>>
  /** Both ways wait in here. */
  held: (() => void)[] | undefined
  opened: boolean
  over: boolean
}

export interface FaultyLink extends Link {
  /** Does this to the phone's newest link, or to its next ones; false where there was none. */
  inject(kind: Kind): boolean
  /** What was held from old links arrives now. */
  release(): void
  /** The network is well: what is half dead is reset, nothing is refused any more. */
  heal(): void
}

const sizeOf = (data: Data) => (typeof data === 'string' ? data.length : data.byteLength)
const nowhere = (leave: () => void): LinkConnection => ({ send: () => undefined, close: leave, terminate: leave })

export function createFaultyLink(clock: Clock, link: Link, chance: Chance, tally: Tally): FaultyLink {
  const wires = new Set<Wire>()
  let refuse: (LinkFailure | 'hang')[] = []
  let last = 0
  /** How often there was noise so far, and whether the last was text. What says the same twice waits in the session: not played here. */
  let noise = 0
  let text = false

  const newest = () =>
    [...wires].filter(({ opened, over, up, down, held }) => opened && !over && up && down && !held).at(-1)

  /** From here on the phone hears nothing more of it but this. */
  function end(wire: Wire, tell: () => void): void {
    if (wire.over) return
    wire.over = true
    wires.delete(wire)
    tell()
  }
  const reset = (wire: Wire) =>
    end(wire, () => {
      wire.connection.terminate()
      clock.setTimeout(() => wire.events.closed(1006, ''), 1)
    })

  function later(wire: Wire, run: () => void): void {
    if (wire.late === 0) run()
    else {
      last = Math.max(last, clock.now() + wire.late)
      clock.setTimeout(run, last - clock.now())
    }
  }

  function pass(wire: Wire, way: Way, data: Data, deliver: (data: Data) => void): void {
    if (wire.over || !wire[way]) return
    if (wire.held) {
      wire.held.push(() => pass(wire, way, data, deliver))
      return
    }
    const send = (part: Data) =>
      later(wire, () => {
        if (!wire.over) deliver(part)
      })
    const share = wire.cutAt[way]
    if (share !== undefined) {
      deliver(data.slice(0, Math.floor(share * sizeOf(data))))
      reset(wire)
    } else if (way === 'down' && wire.drip && typeof data !== 'string')
      for (let at = 0; at < data.byteLength; at++) send(data.slice(at, at + 1))
    else send(data)
  }

  function open(request: LinkRequest, events: LinkEvents): LinkConnection {
    const failure = refuse.shift()
    if (failure === 'hang') return nowhere(() => undefined)
    if (failure) {
      const telling = clock.setTimeout(() => events.failed(failure), 1)
      return nowhere(() => clock.clearTimeout(telling))
    }
    const ended = (tell: () => void) => {
      if (wire.over || !wire.down) return
      if (wire.held) wire.held.push(() => ended(tell))
      else later(wire, () => end(wire, tell))
    }
    const connection = link.open(request, {
      opened(info) {
        wire.opened = true
        events.opened(info)
      },
      message: (data) => pass(wire, 'down', data, (part) => events.message(part)),
      closed: (code, reason) => ended(() => events.closed(code, reason)),
      failed: (why) => ended(() => events.failed(why)),
    })
    const wire: Wire = {
      connection,
      events,
      up: true,
      down: true,
      late: 0,
      drip: false,
      cutAt: {},
      held: undefined,
      opened: false,
      over: false,
    }
    wires.add(wire)
    const close = (code: number, reason: string) => {
      if (wire.over || !wire.up) return
      if (wire.held) wire.held.push(() => close(code, reason))
      else connection.close(code, reason)
    }
    return {
      send: (data) => pass(wire, 'up', data, (part) => connection.send(part)),
      close,
      terminate: () => end(wire, () => connection.terminate()),
    }
  }

  const effects: Record<Exclude<Kind, 'refused' | 'hung handshake'>, (wire: Wire) => void> = {
    delay: (wire) => void (wire.late = chance.between(50, 8_000)),
    'lost without notice': (wire) => void (wire.up = wire.down = false),
    'half-open up': (wire) => void (wire.up = false),
    'half-open down': (wire) => void (wire.down = false),
    reset,
    truncated: (wire) => void (wire.cutAt.down = chance()),
    'truncated up': (wire) => void (wire.cutAt.up = chance()),
    'slow drip'(wire) {
      wire.drip = true
      wire.late = chance.between(1, 40)
    },
    garbage(wire) {
      const bytes = chance.bytes(chance.between(1, 300))
      bytes[0] = forbidden[noise++ % forbidden.length]!
      wire.events.message(bytes.buffer as ArrayBuffer)
    },
    'text frame': (wire) => wire.events.message(chance.one(['', '{"hello":1}', '\0', '你好'])),
    'odd close': (wire) =>
      end(wire, () => {
        wire.connection.terminate()
        wire.events.closed(chance.one(codes), chance.one(reasons))
      }),
    'late bytes': (wire) => void (wire.held = []),
  }

  function release(): void {
    for (const wire of [...wires]) {
      const late = wire.held
      wire.held = undefined
      late?.forEach((run) => run())
    }
  }

  return {
    open,
    inject(kind) {
      if (kind === 'refused') refuse = Array.from({ length: chance.between(1, 4) }, () => chance.one(refusals))
      else if (kind === 'hung handshake') refuse = Array.from({ length: chance.between(1, 3) }, () => 'hang' as const)
      else {
        const wire = newest()
        if (!wire || (text && kind === 'text frame')) return false
        if (kind === 'text frame' || kind === 'garbage') text = kind === 'text frame'
        effects[kind](wire)
      }
      count(tally, kind)
      return true
    },
    release,
    heal() {
      refuse = []
      release()
      for (const wire of [...wires]) {
        wire.late = 0
        if (!wire.up || !wire.down) reset(wire)
      }
    },
  }
}

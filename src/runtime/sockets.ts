// Every socket of one connection until its proven end: opens, closes, repeats, writes off, and gives the slot back.
import { live, newborn, SLOT_LAG, socketDeadline, type SocketEvent, type SocketLife } from '../machine/socket-life'
import type { AnyLog, Events, Level, Log } from '../log/record'
import type { Socket, SocketPort, SocketRequest } from '../ports/socket'
import type { Refusal } from '../protocol/refusal'
import type { Due } from './alarm'

/** How the platform's words are to be understood. */
export interface Judge {
  failure(errMsg: string, errno?: number): Refusal
  close(code: number, reason: string): Refusal
  /** Whether such a close before the login may be the server's way to refuse the protocol's version. */
  mayRefuseVersion(code: number, reason: string): boolean
  /** Whether a refused close() proves that the socket is gone; one that may still be `connecting` is "not connected" too. */
  saysGone(errMsg: string, connecting: boolean): boolean
}

/** What the connection hears of its newest socket. */
export interface SocketEars {
  opened(attempt: number): void
  data(attempt: number, data: ArrayBuffer | string): void
  /** `deliberate`: the server closed it, for no reason that we know. */
  ended(attempt: number, refusal: Refusal, deliberate: boolean): void
  /** A socket is to be closed, or came to its end: other deadlines count, and perhaps nothing is left. */
  ending(): void
}

export interface Sockets extends Due {
  deadline(): number
  open(attempt: number, request: SocketRequest, release: () => void): void
  send(bytes: ArrayBuffer): void
  abandon(attempt: number, reason: string): void
  count(): number
}

interface Held {
  readonly attempt: number
  readonly openedCall: number
  life: SocketLife
  socket?: Socket
  readonly release: () => void
  /** What came before onOpen (WeChat 7.0.8 did that): kept, not dropped. */
  early: (ArrayBuffer | string)[]
}

export const createSockets = (
  port: SocketPort,
  judge: Judge,
  ears: SocketEars,
  now: () => number,
  log: Log,
): Sockets => {
  const all: Held[] = []
  /** Slots of hung handshakes that are gone, and that the phone may still count. */
  const lagging: { readonly until: number; readonly release: () => void }[] = []
  /** The one whose words reach the connection. */
  let current: Held | undefined

  const note = <E extends keyof Events['socket']>(
    held: Held,
    level: Level,
    event: E,
    fields: Omit<Events['socket'][E], 'socket'>,
  ) => (log as unknown as AnyLog)(level, 'socket', event, () => ({ socket: held.attempt, ...fields }), held.attempt)

  const step = (held: Held, event: SocketEvent) => {
    const before = held.life
    const { life, close } = live(before, event, now())
    held.life = life
    if (life.kind === 'zombie' && before.kind !== 'zombie') note(held, 2, 'zombie', {})
    if (before.kind === 'ended' && life.kind !== 'ended') all.push(held)
    if (close !== undefined) {
      note(held, 1, 'closing', { reason: close })
      ask(held, close)
    }
    if (life.kind === 'ended' && life !== before) {
      if (!life.proven) note(held, 3, 'writtenOff', {})
      all.splice(all.indexOf(held), 1)
      if (before.kind === 'zombie') lagging.push({ until: now() + SLOT_LAG, release: held.release })
      else held.release()
    }
    if (life !== before && life.kind !== 'open') ears.ending()
  }

  const ask = (held: Held, reason: string) =>
    held.socket?.close(reason, (errMsg) => {
      note(held, 1, 'refused', { errMsg })
      const { life } = held
      if (judge.saysGone(errMsg, life.kind === 'closing' && life.deaf)) step(held, { type: 'unknownToPlatform' })
    })

  /** The link is over for the connection; the socket itself may still have to die. */
  const lost = (held: Held, refusal: Refusal, deliberate: boolean) => {
    if (current !== held) return
    current = undefined
    ears.ended(held.attempt, refusal, deliberate)
  }

  return {
    open: (attempt, request, release) => {
      const held: Held = { attempt, openedCall: now(), life: newborn(now()), release, early: [] }
      all.push(held)
      current = held
      note(held, 1, 'open', { url: request.url })
      const failed = (errMsg: string, errno?: number) => {
        if (held.life.kind !== 'ended') note(held, 3, 'failed', { errMsg, errno })
        step(held, { type: 'failed' })
        lost(held, judge.failure(errMsg, errno), false)
      }
      try {
        held.socket = port.open(request, {
          opened: () => {
            note(held, 1, 'opened', { ms: now() - held.openedCall })
            step(held, { type: 'opened' })
            if (current !== held) return
            ears.opened(attempt)
            for (const data of held.early.splice(0)) ears.data(attempt, data)
          },
          message: (data) => {
            if (current !== held) return
            if (held.life.kind === 'connecting') held.early.push(data)
            else ears.data(attempt, data)
          },
          closed: (code, reason) => {
            if (held.life.kind !== 'ended') note(held, 2, 'closed', { code, reason, asked: 'reason' in held.life })
            step(held, { type: 'closed' })
            lost(held, judge.close(code, reason), judge.mayRefuseVersion(code, reason))
          },
          failed,
          unusable: (errMsg) => {
            note(held, 3, 'failed', { errMsg, errno: undefined })
            step(held, { type: 'unheard' })
            lost(held, judge.failure(errMsg), false)
          },
        })
        // Abandoned, or found unusable, while connectSocket ran.
        if ('reason' in held.life) ask(held, held.life.reason)
      } catch (error) {
        failed(error instanceof Error ? error.message : String(error))
        step(held, { type: 'closed' })
      }
    },
    send: (bytes) => current?.socket?.send(bytes),
    abandon: (attempt, reason) => {
      const held = all.find((one) => one.attempt === attempt)
      if (current === held) current = undefined
      if (held) step(held, { type: 'abandoned', reason: reason.slice(0, 60) })
    },
    count: () => all.length,
    deadline: () =>
      all.reduce(
        (earliest, { life }) => Math.min(earliest, socketDeadline(life)),
        lagging.length > 0 ? lagging[0]!.until : Infinity,
      ),
    tick: (time) => {
      all.slice().forEach((held) => step(held, { type: 'due' }))
      while (lagging.length > 0 && lagging[0]!.until <= time) lagging.shift()!.release()
    },
  }
}

// Every socket of one connection until its proven end: opens, closes, repeats, writes off, and gives the slot back.
import { live, newborn, socketDeadline, type SocketEvent, type SocketLife } from '../machine/socket-life'
import type { Log } from '../log/record'
import type { Socket, SocketPort, SocketRequest } from '../ports/socket'
import type { Refusal } from '../protocol/refusal'
import type { Due } from './alarm'

/** How the platform's words are to be understood. */
export interface Judge {
  failure(errMsg: string, errno?: number): Refusal
  close(code: number, reason: string): Refusal
  /** Whether such a close before the login may be the server's way to refuse the protocol's version. */
  mayRefuseVersion(code: number, reason: string): boolean
  /** Whether a refused close() proves that the socket is gone. */
  saysGone(errMsg: string): boolean
}

/** What the connection hears of its newest socket. */
export interface SocketEars {
  opened(attempt: number): void
  data(attempt: number, data: ArrayBuffer | string): void
  /** `deliberate`: the server closed it, for no reason that we know. */
  ended(attempt: number, refusal: Refusal, deliberate: boolean): void
  /** A socket came to its end and nothing is left. */
  gone(): void
}

export interface Sockets extends Due {
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
  /** The one whose words reach the connection. */
  let current: Held | undefined

  const step = (held: Held, event: SocketEvent) => {
    const before = held.life
    const { life, close } = live(before, event, now())
    held.life = life
    if (life.kind === 'zombie' && before.kind === 'connecting')
      log(2, 'socket', 'zombie', () => ({ socket: held.attempt }))
    if (close !== undefined) {
      log(1, 'socket', 'closing', () => ({ socket: held.attempt, reason: close }), held.attempt)
      held.socket?.close(close, (errMsg) => {
        log(1, 'socket', 'refused', () => ({ socket: held.attempt, errMsg }), held.attempt)
        // A socket that never opened is "not connected" too, and yet may open later.
        if (judge.saysGone(errMsg)) step(held, { type: 'unknownToPlatform' })
      })
    }
    if (life.kind === 'ended' && before.kind !== 'ended') {
      if (!life.proven) log(3, 'socket', 'writtenOff', () => ({ socket: held.attempt }), held.attempt)
      all.splice(all.indexOf(held), 1)
      held.release()
      if (all.length === 0) ears.gone()
    }
  }

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
      log(1, 'socket', 'open', () => ({ socket: attempt, url: request.url }), attempt)
      const failed = (errMsg: string, errno?: number) => {
        if (held.life.kind !== 'ended') log(3, 'socket', 'failed', () => ({ socket: attempt, errMsg, errno }), attempt)
        step(held, { type: 'failed' })
        lost(held, judge.failure(errMsg, errno), false)
      }
      try {
        held.socket = port.open(request, {
          opened: () => {
            log(1, 'socket', 'opened', () => ({ socket: attempt, ms: now() - held.openedCall }), attempt)
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
            const asked = held.life.kind === 'closing' || held.life.kind === 'zombie'
            if (held.life.kind !== 'ended')
              log(2, 'socket', 'closed', () => ({ socket: attempt, code, reason, asked }), attempt)
            step(held, { type: 'closed' })
            lost(held, judge.close(code, reason), judge.mayRefuseVersion(code, reason))
          },
          failed,
        })
        // Abandoned, or ended, while connectSocket ran.
        if (held.life.kind === 'zombie') held.socket.close(held.life.reason, () => undefined)
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
    deadline: () => {
      let earliest = Infinity
      for (const { life } of all) earliest = Math.min(earliest, socketDeadline(life) ?? Infinity)
      return earliest === Infinity ? undefined : earliest
    },
    tick: () => all.slice().forEach((held) => step(held, { type: 'due' })),
  }
}

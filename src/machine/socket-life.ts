// The life of one socket, from connectSocket to its proven end: when it may be called gone, and what to do until then.

/** A silent socket is written off after this long (ms): well after the platform's own limit for a handshake (60,000 ms). */
export const WRITE_OFF = 75_000
/** Milliseconds until a close() that did not end it is repeated; doubles each time. */
const CLOSE_AGAIN = 1_000
/** A zombie this old (ms) should have opened or failed; if nothing was heard of it, its opening may have been lost. */
const ZOMBIE_AGAIN = 20_000
/** A phone that ends a hung handshake may count it against the budget for so long (ms) after it said that it is gone. */
export const SLOT_LAG = 300

/** close() is called again at `againAt`; at `writeOffAt` the socket is taken for gone. */
interface Unwanted {
  readonly writeOffAt: number
  readonly againAt: number
  readonly pause: number
  readonly reason: string
}

export type SocketLife =
  | { readonly kind: 'connecting'; readonly writeOffAt: number }
  | { readonly kind: 'open' }
  /** Abandoned before it opened: many platforms cannot close it yet, so it keeps its slot until it opens or ends. */
  | ({ readonly kind: 'zombie' } & Unwanted)
  /** close() was called; repeated until the platform confirms. `deaf`: it may be connecting still, and would not tell. */
  | ({ readonly kind: 'closing'; readonly deaf: boolean } & Unwanted)
  | { readonly kind: 'ended'; readonly proven: boolean }

export type SocketEvent =
  | { readonly type: 'opened' }
  /** onClose, or the failure of connectSocket itself: nothing is left on the phone. */
  | { readonly type: 'closed' }
  /** onError. Before the opening it is the end; later it is only a sign. */
  | { readonly type: 'failed' }
  /** Nobody can hear whether it opens: only the answer to close() tells what became of it. */
  | { readonly type: 'unheard' }
  /** The connection no longer wants it. */
  | { readonly type: 'abandoned'; readonly reason: string }
  /** The platform would not take close(): there is no such socket any more. */
  | { readonly type: 'unknownToPlatform' }
  | { readonly type: 'due' }

/** Whether close() is to be called now. */
export interface SocketStep {
  readonly life: SocketLife
  readonly close?: string
}

export const newborn = (now: number): SocketLife => ({ kind: 'connecting', writeOffAt: now + WRITE_OFF })

const ended = (proven: boolean): SocketStep => ({ life: { kind: 'ended', proven } })

const closing = (reason: string, now: number, deaf = false): SocketStep => ({
  life: {
    kind: 'closing',
    deaf,
    writeOffAt: now + WRITE_OFF,
    againAt: now + CLOSE_AGAIN,
    pause: CLOSE_AGAIN,
    reason,
  },
  close: reason,
})

const zombie = (reason: string, now: number, writeOffAt: number): SocketStep => ({
  life: {
    kind: 'zombie',
    writeOffAt,
    againAt: Math.max(now + CLOSE_AGAIN, writeOffAt - WRITE_OFF + ZOMBIE_AGAIN),
    pause: CLOSE_AGAIN,
    reason,
  },
  close: reason,
})

export const live = (life: SocketLife, event: SocketEvent, now: number): SocketStep => {
  // One that was believed dead opens after all: it counts again until it is gone.
  if (life.kind === 'ended') return event.type === 'opened' ? closing('written off', now) : { life }
  if (event.type === 'closed') return ended(true)

  switch (life.kind) {
    case 'connecting':
      if (event.type === 'opened') return { life: { kind: 'open' } }
      if (event.type === 'failed') return ended(true)
      if (event.type === 'unheard') return closing('unheard', now, true)
      return event.type === 'abandoned' ? zombie(event.reason, now, life.writeOffAt) : { life }
    case 'open':
      return event.type === 'abandoned' ? closing(event.reason, now) : { life }
    case 'zombie':
      if (event.type === 'opened') return closing(life.reason, now)
      if (event.type === 'failed') return ended(true)
      return event.type === 'due' ? again(life, now) : { life }
    case 'closing':
      if (event.type === 'unknownToPlatform') return ended(true)
      return event.type === 'due' ? again(life, now) : { life }
  }
}

const again = (life: Extract<SocketLife, Unwanted>, now: number): SocketStep => {
  if (now >= life.writeOffAt) return ended(false)
  if (now < life.againAt) return { life }
  const pause = life.pause * 2
  return { life: { ...life, againAt: now + pause, pause }, close: life.reason }
}

/** When the socket wants a `due` event; Infinity: not by itself. */
export const socketDeadline = (life: SocketLife): number =>
  'reason' in life ? Math.min(life.writeOffAt, life.againAt) : Infinity

// The life of one socket, from connectSocket to its proven end: when it may be called gone, and what to do until then.

/** A silent socket is written off after this long (ms): well after the platform's own limit for a handshake (60,000 ms). */
export const WRITE_OFF = 75_000
/** Milliseconds until an unanswered close() is repeated; doubles each time. */
const CLOSE_AGAIN = 1_000

export type SocketLife =
  | { readonly kind: 'connecting'; readonly writeOffAt: number }
  | { readonly kind: 'open' }
  /** Abandoned before it opened: many platforms cannot close it yet, so it keeps its slot until it opens or ends. */
  | { readonly kind: 'zombie'; readonly writeOffAt: number; readonly reason: string }
  /** close() was called; repeated at `againAt` until the platform confirms. */
  | {
      readonly kind: 'closing'
      readonly writeOffAt: number
      readonly againAt: number
      readonly pause: number
      readonly reason: string
    }
  | { readonly kind: 'ended'; readonly proven: boolean }

export type SocketEvent =
  | { readonly type: 'opened' }
  /** onClose, or the failure of connectSocket itself: nothing is left on the phone. */
  | { readonly type: 'closed' }
  /** onError. Before the opening it is the end; later it is only a sign. */
  | { readonly type: 'failed' }
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

const closing = (reason: string, now: number): SocketStep => ({
  life: { kind: 'closing', writeOffAt: now + WRITE_OFF, againAt: now + CLOSE_AGAIN, pause: CLOSE_AGAIN, reason },
  close: reason,
})

export const live = (life: SocketLife, event: SocketEvent, now: number): SocketStep => {
  if (life.kind === 'ended')
    // A socket that was believed dead opens after all: it must not live on unnoticed.
    return event.type === 'opened' ? { life, close: 'written off' } : { life }
  if (event.type === 'closed') return ended(true)

  switch (life.kind) {
    case 'connecting':
      if (event.type === 'opened') return { life: { kind: 'open' } }
      if (event.type === 'failed') return ended(true)
      if (event.type === 'abandoned')
        return { life: { kind: 'zombie', writeOffAt: life.writeOffAt, reason: event.reason }, close: event.reason }
      return { life }
    case 'open':
      return event.type === 'abandoned' ? closing(event.reason, now) : { life }
    case 'zombie':
      if (event.type === 'opened') return closing(life.reason, now)
      if (event.type === 'failed') return ended(true)
      return event.type === 'due' && now >= life.writeOffAt ? ended(false) : { life }
    case 'closing':
      if (event.type === 'unknownToPlatform') return ended(true)
      if (event.type !== 'due') return { life }
      if (now >= life.writeOffAt) return ended(false)
      return now >= life.againAt
        ? { life: { ...life, againAt: now + life.pause * 2, pause: life.pause * 2 }, close: life.reason }
        : { life }
  }
}

/** When the socket wants a `due` event; Infinity: not by itself. */
export const socketDeadline = (life: SocketLife): number =>
  'reason' in life ? Math.min(life.writeOffAt, 'againAt' in life ? life.againAt : Infinity) : Infinity

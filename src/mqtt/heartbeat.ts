// Whether the link still lives, as deadlines against the clock that is passed in.

export interface Heartbeat {
  /** A link begins; `interval` 0 is no heartbeat. */
  start(interval: number, now: number): void
  stop(): void
  /** Bytes came. */
  heard(now: number): void
  /** Bytes left. */
  sent(now: number): void
  /** A PINGREQ leaves, to be answered within `patience`. */
  ping(patience: number, now: number): void
  /** A PINGRESP came; the round trip when it answers the last ping. */
  answered(now: number): number | undefined
  /** What to do now. */
  due(now: number): 'ping' | 'dead' | undefined
  deadline(): number | undefined
  /** Moves every moment: time passed that does not count, or the clock was set back. */
  shift(by: number): void
}

export function createHeartbeat(): Heartbeat {
  let running = false
  let interval = 0
  let sentAt = 0
  let heardAt = 0
  /** Pings without an answer; the last one left at `pingedAt` and is answered by `answerBy` at the latest. */
  let open = 0
  let pingedAt = 0
  let patience = 0
  let answerBy = 0

  // Silence in either direction calls for a ping: the server counts ours (1.5 times the interval), we count its.
  const pingAt = (): number => Math.min(sentAt, heardAt) + interval
  const deadline = (): number | undefined => (!running ? undefined : open ? answerBy : interval ? pingAt() : undefined)

  return {
    start(every, now) {
      running = true
      interval = every
      sentAt = heardAt = now
      open = 0
    },
    stop() {
      running = false
    },
    heard(now) {
      heardAt = now
      // A slow download in front of the answer is a sign of life as well.
      answerBy = Math.max(answerBy, now + patience)
    },
    sent(now) {
      sentAt = now
    },
    ping(within, now) {
      // A probe in a hurry shortens the wait for a ping that is open already.
      answerBy = open ? Math.min(answerBy, now + within) : now + within
      patience = within
      pingedAt = now
      open++
    },
    answered(now) {
      // What comes after a long sleep may have been on its way before it: only the answer to the last ping counts.
      return open && !--open ? now - pingedAt : undefined
    },
    due(now) {
      const at = deadline()
      return at === undefined || now < at ? undefined : open ? 'dead' : 'ping'
    },
    deadline,
    shift(by) {
      sentAt += by
      heardAt += by
      pingedAt += by
      // How much of its patience an open ping had left before a sleep, nobody knows: it is given anew.
      answerBy += by > 0 ? by + patience : by
    },
  }
}

// Whether the link still lives, as deadlines against the clock that is passed in.

export interface Heartbeat {
  /** A link begins. */
  start(interval: number, now: number): void
  /** Bytes came. */
  heard(now: number): void
  /** Bytes left. */
  sent(now: number): void
  /** Something left that the server is to answer. */
  asked(now: number): void
  /** A PINGREQ leaves, to be answered within `patience`. */
  ping(patience: number, now: number): void
  /** A PINGRESP came; the round trip when it answers the last ping. */
  answered(now: number): number | undefined
  /** At the deadline: a ping is not answered, so the link is dead; else it is time for a ping. */
  dead(): boolean
  /** Infinity is none. */
  deadline(): number
  /** Moves every moment: time passed that does not count. */
  shift(by: number): void
}

/** How long a question may be unanswered, and nothing else be heard, before a ping asks whether the link still lives. */
const ANSWER_WAIT = 2500

export function createHeartbeat(): Heartbeat {
  let interval = 0
  let sentAt = 0
  let heardAt = 0
  /** The first question since something was heard; Infinity is none. */
  let askedAt = Infinity
  /** Pings without an answer; the last one left at `pingedAt` and is answered by `answerBy` at the latest. */
  let open = 0
  let pingedAt = 0
  let patience = 0
  let answerBy = 0

  return {
    start(every, now) {
      interval = every
      sentAt = heardAt = now
      askedAt = Infinity
      open = 0
    },
    heard(now) {
      heardAt = now
      askedAt = Infinity
      // A slow download in front of the answer is a sign of life as well.
      answerBy = Math.max(answerBy, now + patience)
    },
    sent(now) {
      sentAt = now
    },
    asked(now) {
      askedAt = Math.min(askedAt, now)
    },
    ping(within, now) {
      // A probe in a hurry shortens the wait for a ping that is open already.
      answerBy = Math.min(open ? answerBy : Infinity, now + within)
      patience = within
      pingedAt = now
      open++
    },
    answered(now) {
      // What comes after a long sleep may have been on its way before it: only the answer to the last ping counts.
      return open && !--open ? now - pingedAt : undefined
    },
    dead: () => open > 0,
    // Silence in either direction calls for a ping: the server counts ours (1.5 times the interval), we count its.
    deadline: () => (open ? answerBy : Math.min(sentAt + interval, heardAt + interval, askedAt + ANSWER_WAIT)),
    shift(by) {
      sentAt += by
      heardAt += by
      askedAt += by
      pingedAt += by
      // How much of its patience an open ping had left before a sleep, nobody knows: it is given anew.
      answerBy += by + patience
    },
  }
}

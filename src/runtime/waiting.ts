// What arrives in the user's inbox while nobody is there to take it: held in order and unacknowledged, so that the server
// keeps it too, and sends it again to an app that is killed meanwhile.
import type { Arrival } from '../part'
import { utf8Read } from '../text/utf8'

/** What is not for the user is marked `control`; of these, which are older than the mark, senders may leave it off. No other joins them. */
const unmarked = /^(delivery|read|channel|sync|cmd)$/

interface Held extends Arrival {
  /** Its link is lost: the server sends it again. */
  readonly again: boolean
  readonly counts: boolean
}

export interface Waiting {
  hold(arrival: Arrival): void
  /** Messages for the user. */
  count(): number
  /** The link is gone; and where the session is too, nothing of it is sent again. */
  lost(session: boolean): void
  /** Everything in order; nothing is held afterwards. */
  release(): readonly Arrival[]
}

export const isForUser = ({ box, payload }: Arrival): boolean => {
  if (box === 's') return false
  try {
    const { type, control } = Object(JSON.parse(utf8Read(payload, 0, payload.length))) as Record<string, unknown>
    return control !== true && !unmarked.test(String(type))
  } catch {
    return false // nothing that the messages part would show
  }
}

const isSame = (a: Arrival, b: Arrival): boolean =>
  a.box === b.box &&
  a.to === b.to &&
  a.from === b.from &&
  a.payload.length === b.payload.length &&
  a.payload.every((byte, at) => byte === b.payload[at])

export const createWaiting = (): Waiting => {
  let all: Held[] = []
  return {
    hold: (arrival) => {
      const held = { ...arrival, payload: arrival.payload.slice(), again: false, counts: isForUser(arrival) }
      const before = all.findIndex((one) => one.again && isSame(one, arrival))
      if (before < 0) all.push(held)
      else all[before] = held
    },
    count: () => all.filter(({ counts }) => counts).length,
    lost: (session) => {
      all = all.map((held) => ({ ...held, again: !session }))
    },
    release: () => all.splice(0),
  }
}

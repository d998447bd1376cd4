// How much of one thing goes on at once: in all, and of one user, so that nobody can take every place.
import { Refused } from '../refusals'

export interface Slots {
  /** Takes a place, or throws; what it answers gives the place back. */
  take(owner: string): () => void
}

export function createSlots(most: number, each: number): Slots {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(owner) {
      const own = taken.get(owner) ?? 0
      if (all >= most || own >= each) throw new Refused('unavailable', 'too many at once', 1)
      all++
      taken.set(owner, own + 1)
      let open = true
      return () => {
        if (!open) return
        open = false
        all--
        const left = taken.get(owner)! - 1
        if (left === 0) taken.delete(owner)
        else taken.set(owner, left)
      }
    },
  }
}

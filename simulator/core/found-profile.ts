// A phone as the probe found it (docs/probe.md): in force, it is what every phone is of which a test says nothing else.
// Whoever sets a switch, or names a profile, means it: that wins.
import type { Profile, Quirks } from './quirks'

export interface FoundProfile {
  /** Of the phone: brand, model, system, WeChat. */
  readonly name: string
  /** What it is where the probe found nothing. */
  readonly base: Profile
  readonly maxSockets: number | undefined
  readonly without: readonly string[]
  readonly quirks: Partial<Quirks>
}

let found: FoundProfile | undefined

/** Until the process ends, or until `undefined` is put in its place. */
export const putInForce = (profile: FoundProfile | undefined): void => void (found = profile)
export const inForce = (): FoundProfile | undefined => found

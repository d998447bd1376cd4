// How long a client waits before it dials again: ours as it ships, and what others do.
import { backoff, CROWD_WINDOW } from '../../src/machine/backoff'
import type { Policy } from './simulation'

const BASE = 1000
const CAP = 30_000
const doubling = (attempt: number): number => Math.min(CAP, BASE * Math.pow(2, attempt - 1))

/** The shipped function, called as the shipped machine does (src/machine/flow.ts). */
export const ours: Policy = ({ attempt, shared, idle, retryAfter }, random) =>
  backoff(
    attempt,
    retryAfter !== undefined ? retryAfter * 1000 : shared ? CROWD_WINDOW : undefined,
    random(),
    { base: BASE, cap: CAP },
    idle,
  )

export const POLICIES: Readonly<Record<string, Policy>> = {
  'miniprogram-im': ours,
  'fixed 1 s (MQTT.js)': () => BASE,
  'fixed 1 s ± 20 %': (_, random) => BASE * (0.8 + 0.4 * random()),
  'exponential 1..30 s': ({ attempt }) => doubling(attempt),
  'equal jitter': ({ attempt }, random) => doubling(attempt) * (0.5 + 0.5 * random()),
  'full jitter': ({ attempt }, random) => doubling(attempt) * random(),
  'decorrelated jitter': ({ previous }, random) =>
    Math.min(CAP, BASE + random() * (Math.max(previous, BASE) * 3 - BASE)),
}

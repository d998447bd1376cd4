// What the probe can find out, by the names of the simulator's switches, and what a finding looks like.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Found, with what was seen; or not, with the reason. `null` is "none", the text "Infinity" is "never". */
export type Finding = { readonly value: Json; readonly seen?: Json } | { readonly unknown: string }
export type Findings = Readonly<Record<string, Finding>>

/** Thrown by a step that cannot go on: what it has not found yet stays unknown, for this reason. */
export type Obstacle = Error & { readonly unknown: string }
export const obstacle = (unknown: string): Obstacle => Object.assign(new Error(unknown), { unknown })

/** Whatever a callback was given, as JSON; `undefined` is left out. */
export function jsonOf(value: unknown): Json | undefined {
  if (value === undefined || typeof value === 'function') return undefined
  return JSON.parse(JSON.stringify(value)) as Json
}

/** A text of an event or a failed call; '' where it brought none. */
export function textOf(result: unknown): string {
  const text = (result as { errMsg?: unknown } | null | undefined)?.errMsg
  return typeof text === 'string' ? text : ''
}

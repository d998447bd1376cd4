// What a rule of the diagnosis is: a known pattern, found by a pure function over what happened on one phone.
import type { Phone, Refusal } from './phone'

export type Language = 'zh' | 'en'
export type Severity = 'error' | 'warn' | 'info' | 'ok'

/** `{name}` in a text stands for a value: a number or a text as it is; `nameMs` a duration, `nameAt` a time of day,
 * `nameTimes` how often
 * (`nameNumber` the same as a number). */
export interface Words {
  readonly title: string
  readonly text: string
  readonly remedy: string
  /** For the owner of the phone, who knows nothing of sockets; empty where there is nothing to tell. */
  readonly answer: string
}

export interface Found {
  /** Index of the record that shows it. */
  readonly at: number
  readonly severity?: Severity
  readonly values?: Readonly<Record<string, string | number>>
}

export interface Rule {
  readonly id: string
  readonly severity: Severity
  readonly find: (phone: Phone) => Found | undefined
  readonly zh: Words
  readonly en: Words
}

/** Whether this refusal is where the connection stopped for good. */
export const isFinal = ({ next }: Refusal): boolean => next === 'stopped'

/** An end from which the user came back later weighs less. */
export const weightOf = (phone: Phone, { connection, t }: Refusal): Severity =>
  onlineAgain(phone, connection, t) === undefined ? 'error' : 'warn'

/** What it was at a time. */
export const whatAt = (
  spans: readonly { readonly from: number; readonly to: number; readonly what: string }[],
  t: number,
): string | undefined => spans.find(({ from, to }) => from <= t && t < to)?.what

/** When this connection was next online after a time. */
export const onlineAgain = (phone: Phone, connection: number, t: number): number | undefined =>
  phone.connections
    .find(({ number }) => number === connection)
    ?.states.find(({ from, what }) => what === 'online' && from > t)?.from

// What an option may be, and how a wrong one is named.
import { misfit } from './form'

/** Says what is wrong with a value, or nothing; `all` are the options that it is one of. */
export type Rule = (value: unknown, all: Partial<Record<string, unknown>>) => string | false | undefined
export type Rules<Options> = { readonly [K in keyof Required<Options>]: Rule }

const type =
  (name: 'boolean' | 'function'): Rule =>
  (value) =>
    typeof value !== name && `must be a ${name}`

export const flag = type('boolean')
export const call = type('function')
export const number =
  (min: number, max: number): Rule =>
  (value) =>
    (typeof value !== 'number' || !(value >= min && value <= max) || (value % 1 !== 0 && value !== Infinity)) &&
    `must be a whole number from ${min} to ${max}`
export const text =
  (pattern: RegExp): Rule =>
  (value) =>
    misfit(value, pattern)

/** The first thing that is wrong with options, if any. An `undefined` counts as left out. */
export const wrongOption = (rules: Readonly<Record<string, Rule>>, options: unknown): string | undefined => {
  // Not instanceof: the object may come from another realm.
  if (options !== Object(options)) return 'the options must be an object'
  const given = options as Partial<Record<string, unknown>>
  for (const name of Object.keys(given)) {
    const value = given[name]
    if (!Object.prototype.hasOwnProperty.call(rules, name)) return `unknown option "${name}"`
    const wrong = value !== undefined && rules[name]!(value, given)
    if (wrong) return `${name} ${wrong}`
  }
  return undefined
}

/** The options that were given: those that are not `undefined`. */
export const given = (options: object): Partial<Record<string, unknown>> => {
  const all = options as Partial<Record<string, unknown>>
  const found: Partial<Record<string, unknown>> = {}
  for (const name of Object.keys(all)) if (all[name] !== undefined) found[name] = all[name]
  return found
}

// What a field of a message may be: the checks that the registry of kinds is written in.
import { ConnectionError } from '../part'

export type Check = (value: unknown) => boolean
/** A map out of JSON, or what an app gives. */
export type Fields = Readonly<Record<string, unknown>>
/** Its name, its check, and whether there must be one. */
export type Field = readonly [name: string, check: Check, required?: true]

/** Of one receipt. */
export const maxIds = 100

export function must(valid: unknown, what: string): asserts valid {
  if (!valid) throw new ConnectionError('InvalidMessage', what)
}

export const isMap = (value: unknown): value is Fields => Object(value) === value && !Array.isArray(value)
export const isText = (value: unknown): value is string => typeof value === 'string'
/** Of messages. */
export const isId = (value: unknown): value is string => isText(value) && /^[\w.-]{1,64}$/.test(value)
export const within =
  (least: number, most: number): Check =>
  (value) =>
    Number.isFinite(value) && (value as number) >= least && (value as number) <= most
export const amount = within(0, Infinity)
export const isUrl: Check = (value) => isText(value) && /^(https?|cloud):\/\/./i.test(value)
/** One or more, at most `most`. */
export const listOf =
  (check: Check, most: number): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= most && value.every(check)

// Reads what a caller sent: every value is checked for type and size, and a refusal names the field.
import { isUserName } from '../accounts/names'
import type { Limits } from '../limits'
import type { ServerOptions } from '../options'
import { holdForRequest } from '../http'
import { Refused } from '../refusals'
import type { RestContext } from './context'

/** The caller sent something that no server could accept. */
export class BadInput extends Error {
  constructor(
    text: string,
    readonly status: 400 | 404 | 413 | 415 = 400,
    /** The number in docs/codes.md where the SDK should say more than that the call failed. */
    readonly code?: number,
  ) {
    super(text)
  }
}

export type Fields = Readonly<Record<string, unknown>>

/** The body, read no further than `most` bytes, whatever its length claims to be. */
export async function readBytes(
  c: RestContext,
  most: number,
  tooLarge: Error = new BadInput(`the body may have ${most} bytes`, 413),
): Promise<Buffer> {
  const { incoming } = c.env
  if (Number(incoming.headers['content-length'] ?? 0) > most) throw tooLarge
  const crowded = new Refused('unavailable', 'too much is being sent', 5)
  const chunks: Buffer[] = []
  let size = 0
  try {
    // Not destroyed when we stop early: the answer still has to get out.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer
      size += bytes.length
      if (size > most) throw tooLarge
      if (!holdForRequest(incoming, size)) throw crowded
      chunks.push(bytes)
    }
  } catch (error) {
    // The caller left: nobody reads the answer, and nothing failed here.
    if (error === tooLarge || error === crowded) throw error
    throw new BadInput('the body broke off')
  }
  return Buffer.concat(chunks)
}

const jsonBytes = 256 * 1024

/** The JSON object in the body; an empty body counts as an empty object. */
export async function readBody(c: RestContext): Promise<Fields> {
  const text = (await readBytes(c, jsonBytes)).toString()
  let value: unknown
  try {
    value = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new BadInput('the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadInput('the body must be a JSON object')
  // Own properties only: a field `constructor` is one that was sent.
  return Object.assign(Object.create(null) as object, value) as Fields
}

export function text(fields: Fields, name: string, { most, least = 1 }: { most: number; least?: number }): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new BadInput(`${name} must be a string`)
  const size = Buffer.byteLength(value)
  if (size < least || size > most) throw new BadInput(`${name} must have ${least} to ${most} bytes`)
  if (/\p{Surrogate}/u.test(value)) throw new BadInput(`${name} must be valid Unicode`)
  return value
}

export const optionalText = (fields: Fields, name: string, most: number): string =>
  fields[name] === undefined ? '' : text(fields, name, { most, least: 0 })

export function flag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value !== undefined && typeof value !== 'boolean') throw new BadInput(`${name} must be true or false`)
  return value
}

/** How long a token shall live: seconds, `never` where such tokens are issued, or `undefined` where nothing was wished. */
export function tokenLife(fields: Fields, { tokenTtl, limits }: ServerOptions): number | 'never' | undefined {
  if (fields.ttl !== 'never') return whole(fields, 'ttl', { least: 1, most: limits.tokenSeconds })
  if (tokenTtl !== 'never') throw new BadInput('ttl "never" needs a server that was started with --token-ttl never')
  return 'never'
}

/** A whole number, or `undefined` where there is none. */
export function whole(
  fields: Fields,
  name: string,
  { least, most }: { least: number; most: number },
): number | undefined {
  const value = fields[name]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new BadInput(`${name} must be a whole number from ${least} to ${most}`)
  }
  return value
}

/** `InvalidArgument` of the SDK. */
const invalidArgument = 35002

/** A password that somebody chooses now; one that was chosen before may be shorter, and goes on. */
export function newPassword(fields: Fields, { passwordBytes, passwordCharacters }: Limits): string {
  const password = text(fields, 'password', { most: passwordBytes })
  // As people count them: of a language outside the basic plane, too.
  if (Array.from(password).length < passwordCharacters)
    throw new BadInput(`password must have at least ${passwordCharacters} characters`, 400, invalidArgument)
  return password
}

export function userName(value: unknown, name: string): string {
  if (!isUserName(value)) throw new BadInput(`${name} must be 1 to 64 of A-Z a-z 0-9 _ - . and not only dots`)
  return value
}

export function userNames(value: unknown, name: string, most: number): string[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > most)
    throw new BadInput(`${name} must be a list of at most ${most} user names`)
  return value.map((item) => userName(item, name))
}

/** A number in the query. */
export function queryNumber(
  c: RestContext,
  name: string,
  { usual, least, most }: { usual?: number; least: number; most: number },
): number {
  const value = c.req.query(name)
  if (value === undefined && usual !== undefined) return usual
  if (value === undefined || !/^\d{1,12}$/.test(value) || Number(value) < least || Number(value) > most) {
    throw new BadInput(`${name} must be a whole number from ${least} to ${most}`)
  }
  return Number(value)
}

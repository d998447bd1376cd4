// Reads downloaded logs: one record per line, whatever stands between them. Nothing a file contains can make it throw.
import type { LogHeader, LogRecord } from '../src/log/record'

export interface NamedText {
  readonly name: string
  readonly text: string
}

/** A record as it was read: from outside, so nothing about its fields is certain. */
export interface ReadRecord extends Omit<LogRecord, 'area' | 'fields'> {
  readonly area: string
  readonly fields: Readonly<Record<string, unknown>>
  /** The line that it was read from. */
  readonly line: string
}

export interface PhoneLog {
  readonly name: string
  readonly header: Partial<LogHeader> | undefined
  readonly records: readonly ReadRecord[]
  /** Lines that are no records. */
  readonly unread: number
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const asRecord = (value: Record<string, unknown>, line: string): ReadRecord | undefined => {
  const { t, level, area, event, fields, connection, attempt } = value
  if (typeof t !== 'number' || !Number.isFinite(t) || Math.abs(t) > 8.64e15) return undefined
  if (typeof area !== 'string' || typeof event !== 'string') return undefined
  return {
    t,
    level: level === 0 || level === 1 || level === 3 || level === 4 ? level : 2,
    area,
    event,
    fields: isObject(fields) ? fields : {},
    line,
    ...(typeof connection === 'number' && { connection }),
    ...(typeof attempt === 'number' && { attempt }),
  }
}

const decoderOf = (bytes: Uint8Array): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'

/** The text of a file: UTF-8, or the UTF-16 that Windows editors save. */
export const decode = (bytes: Uint8Array): string => new TextDecoder(decoderOf(bytes)).decode(bytes)

/** Why a file cannot be reported on: nothing is in it, or nothing that the SDK wrote. */
export const troubleOf = ({ records, unread }: PhoneLog): 'empty' | 'foreign' | undefined =>
  records.length > 0 ? undefined : unread > 0 ? 'foreign' : 'empty'

export const readLog = ({ name, text }: NamedText): PhoneLog => {
  let header: Partial<LogHeader> | undefined
  let unread = 0
  const records: ReadRecord[] = []
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (line.trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      unread++
      continue
    }
    if (isObject(value) && value.header === 'miniprogram-im') {
      header = value
      continue
    }
    const record = isObject(value) ? asRecord(value, line) : undefined
    if (record) records.push(record)
    else unread++
  }
  return { name, header, records, unread }
}

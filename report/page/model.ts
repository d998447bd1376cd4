// What the page was given: the model, and the records of each phone, read when they are first needed.
import type { Finding } from '../diagnosis'
import type { Phone } from '../phone'
import type { ReadRecord } from '../read'
import type { Language } from '../rule'
import type { PageWords } from '../words'

export type PagePhone = Omit<Phone, 'records'> & { readonly count: number }

export interface Model {
  readonly lang: Language
  readonly words: Readonly<Record<Language, PageWords>>
  readonly findings: readonly Finding[]
  readonly meanings: Readonly<Record<string, Readonly<Record<Language, readonly [meaning: string, remedy: string]>>>>
  readonly phones: readonly PagePhone[]
}

/** One line of the table. */
export interface Row {
  readonly phone: number
  readonly at: number
  /** Never runs backwards within a phone, so that rows keep the order in which they were written. */
  readonly t: number
  /** Its JSON, and the same in lower case for the search. */
  readonly json: string
  readonly lower: string
  readonly record: ReadRecord
}

const textOf = (id: string) => document.getElementById(id)?.textContent ?? ''

export const model = JSON.parse(textOf('model')) as Model

/** Every record of every phone, in the order of time. */
export const rows: readonly Row[] = model.phones
  .flatMap((_, phone) => {
    let latest = -Infinity
    return textOf(`log-${phone}`)
      .split('\n')
      .filter((line) => line !== '')
      .map((json, at): Row => {
        const record = JSON.parse(json) as ReadRecord
        latest = Math.max(latest, record.t)
        return { phone, at, t: latest, json, lower: json.toLowerCase(), record }
      })
  })
  .sort((a, b) => a.t - b.t)

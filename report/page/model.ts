// What the page shows: the logs that it came with, or those that were dropped on it, analysed here and never sent anywhere.
import { analyse, type Analysis } from '../analyse'
import type { Phone } from '../phone'
import type { NamedText, ReadRecord } from '../read'
import type { Language } from '../rule'

/** One line of the table. */
export interface Row {
  readonly phone: number
  readonly at: number
  /** Never runs backwards within a phone, so that rows keep the order in which they were written. */
  readonly t: number
  /** Its line in lower case, for the search. */
  readonly lower: string
  readonly record: ReadRecord
}

export interface Model extends Analysis {
  /** Every record of every phone, in the order of time. */
  readonly rows: readonly Row[]
}

const rowsOf = (phones: readonly Phone[]): readonly Row[] =>
  phones
    .flatMap(({ records }, phone) => {
      let latest = -Infinity
      return records.map((record, at): Row => {
        latest = Math.max(latest, record.t)
        return { phone, at, t: latest, lower: record.line.toLowerCase(), record }
      })
    })
    .sort((a, b) => a.t - b.t)

const textOf = (id: string) => document.getElementById(id)?.textContent ?? ''

const start = JSON.parse(textOf('start')) as { readonly lang: Language; readonly names: readonly string[] }

export const firstLanguage = start.lang

const read = (texts: readonly NamedText[]): Model => {
  const analysis = analyse(texts)
  return { ...analysis, rows: rowsOf(analysis.phones) }
}

export let model: Model = read(start.names.map((name, i) => ({ name, text: textOf(`log-${i}`) })))

/** From now on the page is about these logs. */
export const showLogs = (texts: readonly NamedText[]) => {
  model = read(texts)
}

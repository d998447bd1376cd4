// What a benchmark is: it measures (data, kept as JSON), and tells (text, tables and plots, made from the data alone, in either language).
import type { Language } from '../tools/language'

/** `full`: what the documents state. `quick`: a minute for all, to see that they run. */
export type Scale = 'full' | 'quick'

export interface Target {
  readonly what: string
  readonly value: string
  readonly kind: 'at most' | 'at least'
  readonly limit: string
  /** A quick run does not measure everything: what was not measured is neither reached nor missed. */
  readonly met: boolean | 'not measured'
}

export type Verdict = 'reached' | 'missed' | 'not measured'

/** How a target ended, in a word. */
export const verdict = ({ met }: Target): Verdict => (met === 'not measured' ? met : met ? 'reached' : 'missed')

export interface Told {
  /** Markdown: how it was measured, tables, what the figures mean. Plots are named as `![](NAME.svg)`. */
  readonly text: string
  readonly plots: Readonly<Record<string, string>>
  readonly targets: readonly Target[]
}

export interface Benchmark {
  readonly name: string
  readonly titles: Readonly<Record<Language, string>>
  measure(scale: Scale): Promise<unknown>
  /** Takes what `measure` answered, after its way through JSON. */
  tell(data: unknown, language: Language): Told
}

/** A benchmark whose parts agree on their data; to the outside it is JSON. `words`: what it says, in each language. */
export const benchmark = <Data, Words extends { readonly title: string }>(
  name: string,
  words: Readonly<Record<Language, Words>>,
  measure: (scale: Scale) => Promise<Data>,
  tell: (data: Data, say: Words) => Told,
): Benchmark => ({
  name,
  titles: { en: words.en.title, zh: words.zh.title },
  measure,
  tell: (data, language) => tell(data as Data, words[language]),
})

export const target = (what: string, value: number, limit: number, kind: Target['kind'], unit = ''): Target => {
  // "Never" is a figure where less is better; where more is better, an infinite one comes from rows that are not there.
  const measured = Number.isFinite(value) || (kind === 'at most' && value === Infinity)
  return {
    what,
    value: measured ? `${round(value)}${unit}` : '–',
    kind,
    limit: `${round(limit)}${unit}`,
    met: !measured ? 'not measured' : kind === 'at most' ? value <= limit : value >= limit,
  }
}

/** Three significant digits, thousands separated. */
export const round = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

export const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? round(cell) : cell)).join(' | ')} |`
  const rule = `| ${head.map((_, column) => (column === 0 ? '---' : '---:')).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

// From the texts of log files to everything that the page shows.
import { alignClocks } from './clocks'
import { diagnose, type Finding } from './diagnosis'
import { readPhone, type Phone } from './phone'
import { readLog, type NamedText } from './read'
import { summarise, type Summary } from './summary'

export interface Analysis {
  readonly phones: readonly Phone[]
  /** The worst first. */
  readonly findings: readonly Finding[]
  /** One for each phone. */
  readonly summaries: readonly Summary[]
}

export const analyse = (texts: readonly NamedText[]): Analysis => {
  const phones = alignClocks(texts.map(readLog)).map(readPhone)
  const findings = diagnose(phones)
  return { phones, findings, summaries: phones.map((phone, index) => summarise(phone, index, findings)) }
}

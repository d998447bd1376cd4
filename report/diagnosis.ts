// The diagnosis: every rule asked about every phone, the worst first, in both languages.
import { duration, timeOfDay, times } from './format'
import type { Phone } from './phone'
import type { Found, Language, Rule, Severity, Words } from './rule'
import { halfOpen } from './rules/background'
import { domain } from './rules/domain'
import { kicked, kickLoop } from './rules/kicks'
import { appError, gaveUp, offline, rarelyOnline, refused, storage } from './rules/others'
import { handshake, serverDown, tls } from './rules/server'
import { socketBudget } from './rules/sockets'
import { tokenExpired, tokenWrong } from './rules/token'

/** In the order in which they are told among equals. */
export const rules: readonly Rule[] = [
  domain,
  tokenExpired,
  tokenWrong,
  kickLoop,
  socketBudget,
  refused,
  tls,
  serverDown,
  handshake,
  ...kicked,
  gaveUp,
  halfOpen,
  offline,
  appError,
  storage,
]

/** Asked only where nothing that has to be dealt with was found: a number that nobody may overlook has no name yet. */
const unexplained: Rule = rarelyOnline

export interface Finding extends Readonly<Record<Language, Words>> {
  readonly rule: string
  readonly severity: Severity
  /** Index of the phone, and of its record that shows it. */
  readonly phone: number
  readonly at: number
  readonly t: number
}

const ORDER: readonly Severity[] = ['error', 'warn', 'info', 'ok']

const fill = (text: string, values: Found['values'], language: Language, zone: number): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    // How often something was is said in words, a number of things as a number.
    const value = values?.[name] ?? values?.[name.replace('Number', 'Times')]
    if (value === undefined) return whole
    if (typeof value === 'string') return value
    if (name.endsWith('Ms')) return duration(value, language)
    if (name.endsWith('Times')) return times(value, language)
    return name.endsWith('At') ? timeOfDay(value, zone) : String(value)
  })

const worded = (words: Words, found: Found, language: Language, zone: number): Words => ({
  title: fill(words.title, found.values, language, zone),
  text: fill(words.text, found.values, language, zone),
  remedy: fill(words.remedy, found.values, language, zone),
  answer: fill(words.answer, found.values, language, zone),
})

const findingsOf = (phone: Phone, index: number, asked: readonly Rule[]): readonly Finding[] =>
  asked.flatMap((rule): Finding[] => {
    const found = rule.find(phone)
    if (!found) return []
    const zone = phone.header?.zone ?? 0
    return [
      {
        rule: rule.id,
        severity: found.severity ?? rule.severity,
        phone: index,
        at: found.at,
        t: phone.records[found.at]!.t,
        zh: worded(rule.zh, found, 'zh', zone),
        en: worded(rule.en, found, 'en', zone),
      },
    ]
  })

/** Somebody has to do something about it. */
export const isPressing = ({ severity }: Finding): boolean => severity === 'error' || severity === 'warn'

export const diagnose = (phones: readonly Phone[]): readonly Finding[] =>
  phones
    .flatMap((phone, index) => {
      const findings = findingsOf(phone, index, rules)
      return findings.some(isPressing) ? findings : [...findings, ...findingsOf(phone, index, [unexplained])]
    })
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))

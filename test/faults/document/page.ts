// docs/reliability.md and its Chinese twin: the same figures in the words of each language.
import type { Language } from '../../../tools/language'
import { chinese, inChinese } from './chinese'
import { english, inEnglish } from './english'
import { figuresOf } from './figures'

const texts = { en: english, zh: chinese }

const named: Readonly<Record<Language, (what: string) => string>> = {
  en: (what) => inEnglish[what] ?? what,
  zh: (what) => {
    const said = inChinese[what]
    if (said === undefined) throw new Error(`test/faults/document/chinese.ts has no words for "${what}"`)
    return said
  },
}

export const reliabilityPage = (language: Language): string => texts[language](figuresOf(named[language]))

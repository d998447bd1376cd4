// The two languages in which every page is that an app developer or an operator reads.
export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

/** A page or picture in Chinese stands beside the English one: `NAME.zh-CN.md`. */
export const pathIn = (language: Language, english: string): string =>
  language === 'en' ? english : english.replace(/(\.\w+)$/, '.zh-CN$1')

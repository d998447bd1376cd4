// How numbers, sizes and times are written.
import type { Language } from './words'

const locale = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB')

export interface Format {
  count(value: number): string
  /** Three significant digits below a hundred. */
  rate(value: number): string
  bytes(value: number): string
  /** Milliseconds of a round trip. */
  ms(value: number): string
  /** How long something lasts, in its two largest units. */
  lasting(ms: number): string
  time(at: number): string
  dateTime(at: number): string
}

const units = {
  zh: ['天', '小时', '分', '秒'],
  en: ['d', 'h', 'min', 's'],
} as const

export function formatIn(language: Language): Format {
  const whole = new Intl.NumberFormat(locale(language), { maximumFractionDigits: 0 })
  const precise = new Intl.NumberFormat(locale(language), { maximumSignificantDigits: 3 })
  const time = new Intl.DateTimeFormat(locale(language), { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const dateTime = new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'short' })
  const rate = (value: number): string => (value < 100 ? precise : whole).format(value)

  return {
    count: (value) => whole.format(value),
    rate,
    bytes(value) {
      const names = ['B', 'KB', 'MB', 'GB', 'TB']
      let unit = 0
      for (; value >= 1000 && unit < names.length - 1; unit++) value /= 1024
      return `${rate(value)} ${names[unit]!}`
    },
    ms: (value) => `${rate(value < 1 ? Math.round(value * 10) / 10 : Math.round(value))} ms`,
    lasting(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1000))
      const parts = [
        Math.floor(seconds / 86_400),
        Math.floor(seconds / 3600) % 24,
        Math.floor(seconds / 60) % 60,
        seconds % 60,
      ]
      const first = Math.min(3, parts.findIndex((part) => part > 0) >>> 0)
      // Seconds matter only while there are no hours.
      const shown = parts.slice(first, Math.min(first + 2, first < 2 ? 3 : 4))
      return shown
        .flatMap((part, at) => (part === 0 && at > 0 ? [] : `${part} ${units[language][first + at]!}`))
        .join(' ')
    },
    time: (at) => time.format(at),
    dateTime: (at) => dateTime.format(at),
  }
}

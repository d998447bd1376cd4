// Times and durations as people read them.
import type { Language } from './rule'

const UNITS: readonly (readonly [ms: number, zh: string, en: string])[] = [
  [86400000, '天', 'd'],
  [3600000, '小时', 'h'],
  [60000, '分', 'min'],
  [1000, '秒', 's'],
]

/** `2 h 5 min`: the two largest units; below ten seconds with a decimal. */
export const duration = (ms: number, language: Language): string => {
  if (!Number.isFinite(ms)) return language === 'zh' ? '直到日志结束仍未恢复' : 'longer than the log'
  const space = language === 'zh' ? '' : ' '
  if (ms < 1000) return `${Math.round(ms)}${language === 'zh' ? '毫秒' : ' ms'}`
  if (ms < 10000) return `${Math.round(ms / 100) / 10}${space}${language === 'zh' ? '秒' : 's'}`
  const parts: string[] = []
  let left = Math.round(ms / 1000) * 1000
  for (const [size, zh, en] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0 && parts.length < 2) parts.push(`${count}${space}${language === 'zh' ? zh : en}`)
    else if (parts.length > 0) break
  }
  return parts.join(space)
}

/** `12:03:04` by a phone that is `zone` minutes ahead of UTC. */
export const timeOfDay = (t: number, zone: number): string => new Date(t + zone * 60000).toISOString().slice(11, 19)

/** `once`, `3 times`. */
export const times = (count: number, language: Language): string =>
  language === 'zh' ? `${count} 次` : count === 1 ? 'once' : `${count} times`

/** `01-31 12:03` by a phone that is `zone` minutes ahead of UTC. */
export const dayAndTime = (t: number, zone: number): string =>
  new Date(t + zone * 60000).toISOString().slice(5, 16).replace('T', ' ')

/** `99.2 %`; never 100 where something is missing. */
export const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`

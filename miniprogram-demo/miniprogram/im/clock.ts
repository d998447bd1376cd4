// Times as people read them.

const two = (value: number) => String(value).padStart(2, '0')

export const timeOfDay = (at: number): string => {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Today by the clock, this year by the day, else by the year. */
export function shortTime(at: number, now = Date.now()): string {
  const [date, today] = [new Date(at), new Date(now)]
  if (date.toDateString() === today.toDateString()) return timeOfDay(at)
  const day = `${date.getMonth() + 1}月${date.getDate()}日`
  return date.getFullYear() === today.getFullYear() ? day : `${date.getFullYear()}年${day}`
}

export const longTime = (at: number): string => {
  const short = shortTime(at)
  return short.includes(':') ? short : `${short} ${timeOfDay(at)}`
}

/** To the millisecond. */
export const preciseTime = (at: number): string => {
  const date = new Date(at)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

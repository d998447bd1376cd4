// Whether an MQTT topic filter (with + and #) covers a topic; $-topics are hidden from leading wildcards (MQTT 5, 4.7).

export function covers(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true // also covers the parent level itself
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}

/** + and # stand alone in a level, # only in the last one. */
export const isValidFilter = (filter: string) =>
  filter !== '' &&
  filter
    .split('/')
    .every((level, i, all) => (level === '#' ? i === all.length - 1 : level === '+' || !/[+#]/.test(level)))

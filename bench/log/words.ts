// What the page says about the log, in both languages.
import type { Algorithm } from './algorithms'

const en = {
  title: 'The log',
  about: (
    rounds: number,
  ) => `Lines of about 150 bytes, one object of four fields each, go into a cache of 3 MiB until it is full, and on. \`miniprogram-im\` is the shipped logger (\`src/log\`), redaction
included; "Easemob's" is a re-implementation of what its SDK does; the others are what one would write first. Median of ${rounds}, each in a fresh process.
Chinese text counts in bytes with us, in characters with the others, which therefore hold twice their cap.`,
  picture: 'One more line',
  head: [
    '',
    'filling, µs',
    'full, µs a line',
    '99.9 %, µs',
    'slowest, µs',
    'heap, MB',
    'heap, Chinese, MB',
    'export, ms',
  ],
  algorithms: {
    'miniprogram-im': 'miniprogram-im',
    'miniprogram-im, level off': 'miniprogram-im, level off',
    "Easemob's": "Easemob's",
    'array and shift': 'array and shift',
    'one string and slice': 'one string and slice',
    'formatted at export': 'formatted at export',
  } as Record<Algorithm, string>,
  plot: 'One more line when the cache is full',
  note: 'microseconds; shorter is better; logarithmic',
  mark: 'target 1.5 µs',
  full: 'one more line, cache full',
  memory: 'memory of the full cache, against its cap (worse of English and Chinese)',
}

const zh: typeof en = {
  title: '日志',
  about: (
    rounds,
  ) => `每行大约 150 字节，各含一个有四个字段的对象，写进 3 MiB 的缓存，直到写满，再继续写。\`miniprogram-im\` 是发布的日志器（\`src/log\`），
包括脱敏；“环信的” 是照它的 SDK 的做法重写的；其余是一般人最先会写成的样子。取 ${rounds} 次的中位数，每次一个新进程。
中文文本在我们这里按字节计，在其他实现里按字符计，所以它们占用的是上限的两倍。`,
  picture: '再写一行',
  head: ['', '写入中，µs', '写满后，每行 µs', '99.9 %，µs', '最慢，µs', '堆，MB', '堆，中文，MB', '导出，毫秒'],
  algorithms: {
    'miniprogram-im': 'miniprogram-im',
    'miniprogram-im, level off': 'miniprogram-im，级别关闭',
    "Easemob's": '环信的',
    'array and shift': '数组加 shift',
    'one string and slice': '一个字符串加 slice',
    'formatted at export': '导出时才格式化',
  },
  plot: '缓存写满后再写一行',
  note: '微秒；越短越好；对数刻度',
  mark: '目标 1.5 µs',
  full: '再写一行，缓存已满',
  memory: '写满的缓存占用的内存，与上限相比（英文和中文中较差的）',
}

export const words = { en, zh }

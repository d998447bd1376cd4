// What the page says about growth, in both languages.
import type { Kind } from './grow'

const en = {
  title: 'Growth',
  about: (
    rounds: number,
  ) => `The shipped file in a fresh process with a server and files of a few lines, default options but the bounds (history 100 MB, outbox 100,000). Something grows to
a size (on the wire at most 1 MiB, beyond which \`publish\` answers QueueFull; the outbox to 10,000, twenty times its default bound), then 1,000 more of it are timed: microseconds of CPU each, the stand-ins included. Median of ${rounds}.`,
  picture: 'One more',
  what: {
    conversations: 'a message arrives from somebody new, while there are so many conversations',
    history: 'a message arrives in a conversation of so many',
    subscriptions: 'a filter is added (and a message arrives for each hundred), while there are so many',
    'in flight': '`publish`, while so many wait for their acknowledgement',
    outbox: '`send`, while so many wait in the outbox',
  } as Record<Kind, string>,
  kinds: {
    conversations: 'conversations',
    history: 'history',
    subscriptions: 'subscriptions',
    'in flight': 'in flight',
    outbox: 'outbox',
  } as Record<Kind, string>,
  memory: '**Bytes of heap for each**, files not counted',
  plot: 'What one more costs',
  note: 'microseconds of CPU; flat is good',
  x: 'how many there are',
  rise: (kind: string) => `${kind}: one more at the largest size, against the cheapest size (1,000 and more)`,
}

const zh: typeof en = {
  title: '增长',
  about: (
    rounds,
  ) => `发布的文件在新的进程里，服务器和文件都是几行的替身，除上限外都用默认选项（历史 100 MB，发件箱 100,000）。先让某样东西增长到一定的数量
（在途的最多 1 MiB，超过后 \`publish\` 回答 QueueFull；发件箱到 10,000，是默认上限的二十倍），再给它加 1,000 个并计时：
每个花的 CPU 微秒数，替身的也算在内。取 ${rounds} 次的中位数。`,
  picture: '再来一个',
  what: {
    conversations: '已有这么多会话时，新的人发来一条消息',
    history: '会话里已有这么多消息时，又来一条',
    subscriptions: '已有这么多订阅时，再加一个（每一百个来一条消息）',
    'in flight': '这么多消息等待确认时，再 `publish`',
    outbox: '发件箱里等着这么多消息时，再 `send`',
  },
  kinds: { conversations: '会话', history: '历史', subscriptions: '订阅', 'in flight': '在途', outbox: '发件箱' },
  memory: '**每一个占用的堆字节**，不算文件',
  plot: '再来一个要花多少',
  note: 'CPU 微秒；平的最好',
  x: '已有多少',
  rise: (kind) => `${kind}：数量最大时再来一个，与最便宜的数量相比（从 1,000 起）`,
}

export const words = { en, zh }

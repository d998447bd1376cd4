// What the page says about connecting and coming back, in both languages.
const en = {
  title: 'Connecting and coming back',
  about: (
    seeds: number,
  ) => `On the simulated phone, 25 ms each way, virtual clock, ${seeds} seeds. *Login*: from the call until it says that it is connected, and from the open socket;
what waits for an answer costs a round trip. *After a mishap*: the user sends a message at that moment; the time until it is acknowledged (median, and the
worst seed). ∞: not within ten minutes. Easemob, NIM, RongCloud, Tencent, LeanCloud and goeasy cannot be logged in without their vendor's servers.`,
  head: [
    '',
    'first login, ms',
    'from the open socket',
    'requests that waited',
    'bytes',
    'second login, ms',
    'requests',
    'bytes',
  ],
  until: 'ms until the message is acknowledged',
  worst: 'worst',
  /** The mishaps by their names in play.ts: in the table, and as a plot has room for them. */
  mishaps: {
    'the link breaks': ['the link breaks', 'link breaks'],
    'back after a minute in the background (cut, untold)': [
      'back after a minute in the background (cut, untold)',
      'after the background',
    ],
    'wifi to 4g (link dead, untold)': ['wifi to 4g (link dead, untold)', 'wifi to 4g'],
    'half-open, nobody tells': ['half-open, nobody tells', 'half-open'],
  } as Record<string, readonly [whole: string, short: string]>,
  picture: 'Until a message is acknowledged after a mishap',
  note: 'seconds, median; shorter is better; logarithmic',
  ours: (mishap: string) => `${mishap}: ours`,
  seconds: (value: string) => `${value} s`,
  never: 'not in 10 min',
}

const zh: typeof en = {
  title: '连接与恢复',
  about: (
    seeds,
  ) => `在模拟手机上，单程 25 毫秒，虚拟时钟，${seeds} 个种子。*登录*：从调用到它说已连接，以及从 socket 打开算起；
每等一次回答就花一个往返。*出事之后*：用户正好在那一刻发一条消息，到它得到确认为止的时间（中位数，以及最坏的种子）。
∞：十分钟内没有。环信、网易云信、融云、腾讯、LeanCloud 和 goeasy 没有它们厂商的服务器就无法登录。`,
  head: ['', '首次登录，毫秒', '从 socket 打开算起', '等待的请求', '字节', '第二次登录，毫秒', '请求', '字节'],
  until: '到消息得到确认的毫秒数',
  worst: '最坏',
  mishaps: {
    'the link breaks': ['连接断开', '连接断开'],
    'back after a minute in the background (cut, untold)': ['后台一分钟后回来（被切断，没有通知）', '从后台回来'],
    'wifi to 4g (link dead, untold)': ['wifi 换成 4g（连接已死，没有通知）', 'wifi 换成 4g'],
    'half-open, nobody tells': ['半开，谁都不说', '半开'],
  },
  picture: '出事之后到消息得到确认',
  note: '秒，中位数；越短越好；对数刻度',
  ours: (mishap) => `${mishap}：我们`,
  seconds: (value) => `${value} 秒`,
  never: '10 分钟内没有',
}

export const words = { en, zh }

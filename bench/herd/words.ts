// What the page says about the herd of those who reconnect, in both languages.
const en = {
  title: 'The reconnect herd',
  about: (
    clients: string,
    rate: string,
    seeds: number,
  ) => `A discrete-event simulation: ${clients} clients are dropped within 100 ms; the server takes ${rate} logins a second; every
policy meets the same server with the same seeds (median of ${seeds}). A restarting server has a listen queue of 511 and leaves what does not fit
waiting for a second; a rate-limited one has a token bucket of depth 100 and refuses at once with 0x9F. \`miniprogram-im\` is the function that
ships (\`src/machine/backoff.ts\`). ∞: not back within two hours.`,
  picture: 'Attempts per second after a restart',
  /** By their names in herd.ts. */
  scenarios: (hint: number): Record<string, string> => ({
    restart: 'Shuts down (0x8B), back at once',
    restart5: 'Shuts down (0x8B), back after 5 s',
    restart10: 'Shuts down (0x8B), back after 10 s',
    limited: 'Rate-limited (0x9F)',
    hinted: `Shuts down and asks for ${hint} s (user property \`retryAfter\`)`,
    killed: 'Dies without a word; the next one is rate-limited (0x9F)',
    killed10: 'Dies without a word; its port refuses for 10 s',
  }),
  /** By their names in policies.ts. */
  policies: {} as Record<string, string>,
  ideal: (seconds: string) => ` (nobody can do better than ${seconds} s to 99 %)`,
  head: ['policy', '50 % back, s', '99 %, s', '99 % / ideal', 'peak, attempts/s', 'peak / capacity', 'attempts each'],
  lone: '**A lone drop** (the server has time)',
  loneHead: ['policy', 'somebody waits: back at the median, s', '95 %, s', 'nobody waits: median, s', '95 %, s'],
  silent: (
    percent: number,
  ) => `A node that dies without a word gives its clients no hint that they are many. Those whose users wait for something (${percent} % here) come back
at once; the others have time, and their delays double from a wider window (\`IDLE_WINDOW\`).`,
  older: `These figures are older than the back-off that ships now, which tells apart whether somebody waits. What shows – was not measured then:
\`npm run bench -- herd\` measures all of it.`,
  plot: 'Attempts per second after a server restarts',
  note: (clients: string, rate: string) => `${clients} clients, ${rate} logins a second; lower is kinder`,
  x: 'seconds after the drop',
  y: 'attempts per second',
  time: 'time to 99 %, against the ideal (worst of the cases that are told)',
  peak: "peak, against the server's capacity (worst of the cases that are told)",
  killedTime: 'silent death: time to 99 %, against the ideal',
  killedPeak: "silent death: peak, against the server's capacity",
  killed10Time: 'silent death, port refuses: time to 99 %, against the ideal',
  killed10Peak: "silent death, port refuses: peak, against the server's capacity",
  loneWaits: 'a lone drop, somebody waits: back at the median after',
  loneIdle: 'a lone drop, nobody waits: back at the median after',
}

const zh: typeof en = {
  title: '重连潮',
  about: (
    clients,
    rate,
    seeds,
  ) => `离散事件模拟：${clients} 个客户端在 100 毫秒内掉线；服务器每秒接受 ${rate} 次登录；每种策略面对同一个服务器、同样的种子
（取 ${seeds} 次的中位数）。重启的服务器有一个 511 的监听队列，放不下的要等一秒；限流的服务器有一个深度 100 的令牌桶，超出的立刻以 0x9F 拒绝。
\`miniprogram-im\` 就是发布的那个函数（\`src/machine/backoff.ts\`）。∞：两小时内没有回来。`,
  picture: '重启之后每秒的尝试',
  scenarios: (hint) => ({
    restart: '关闭（0x8B），立刻回来',
    restart5: '关闭（0x8B），5 秒后回来',
    restart10: '关闭（0x8B），10 秒后回来',
    limited: '限流（0x9F）',
    hinted: `关闭，并要求等 ${hint} 秒（用户属性 \`retryAfter\`）`,
    killed: '一声不响地死掉；接替的服务器限流（0x9F）',
    killed10: '一声不响地死掉；它的端口 10 秒内拒绝连接',
  }),
  policies: {
    'fixed 1 s (MQTT.js)': '固定 1 秒（MQTT.js）',
    'fixed 1 s ± 20 %': '固定 1 秒 ± 20 %',
    'exponential 1..30 s': '指数 1..30 秒',
  },
  ideal: (seconds) => `（到 99 % 不可能快于 ${seconds} 秒）`,
  head: ['策略', '50 % 回来，秒', '99 %，秒', '99 % / 理想', '峰值，尝试/秒', '峰值 / 容量', '每人的尝试'],
  lone: '**单独掉线**（服务器有空）',
  loneHead: ['策略', '有人在等：回来的中位数，秒', '95 %，秒', '没人在等：中位数，秒', '95 %，秒'],
  silent: (
    percent,
  ) => `节点一声不响地死掉，它的客户端无从知道自己是一大群。用户正在等什么的那些（这里是 ${percent} %）立刻回来；
其余的不急，它们的延迟从更宽的窗口（\`IDLE_WINDOW\`）起加倍。`,
  older: `这些数字早于现在发布的退避算法，它区分有没有人在等。显示 – 的当时没有测：\`npm run bench -- herd\` 会全部测量。`,
  plot: '服务器重启之后每秒的尝试',
  note: (clients, rate) => `${clients} 个客户端，每秒 ${rate} 次登录；越低越温和`,
  x: '掉线后的秒数',
  y: '每秒的尝试',
  time: '到 99 % 的时间，与理想相比（有提示的情形中最差的）',
  peak: '峰值，与服务器的容量相比（有提示的情形中最差的）',
  killedTime: '无声死亡：到 99 % 的时间，与理想相比',
  killedPeak: '无声死亡：峰值，与服务器的容量相比',
  killed10Time: '无声死亡，端口拒绝：到 99 % 的时间，与理想相比',
  killed10Peak: '无声死亡，端口拒绝：峰值，与服务器的容量相比',
  loneWaits: '单独掉线，有人在等：回来的中位数',
  loneIdle: '单独掉线，没人在等：回来的中位数',
}

export const words = { en, zh }

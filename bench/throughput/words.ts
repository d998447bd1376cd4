// What the page says about throughput and latency, in both languages.
import type { Mode } from '../measure/sample'
import type { Work } from './client'
import type { ClientName } from './clients'

const en = {
  title: 'Throughput and latency',
  about: (
    rounds: Readonly<Record<Mode, number>>,
  ) => `A server in its own process sends, counts or echoes packets over loopback WebSockets; each client sits in a process of its own behind the same thirty
lines of \`wx.connectSocket\`, and is used through its public calls (ours: \`publish\`, \`subscribe\`, \`onRawMessage\`). "Raw socket" sends and counts the same
frames with no client at all: one packet a frame, one \`send\` a packet. Messages are bytes, made once. *receive*: the server sends as fast as its window (1,000 at QoS 1) lets it.
*burst*: 1,000 messages handed over at once, again and again (QoS 1: 1,000 on their way). *single*: the next message when the last one was
handed over (QoS 0) or acknowledged (QoS 1). Median of ${rounds.jit} rounds, without a compiler of ${rounds.jitless}. "sends" is calls of \`wx.send\` for a message; on a phone each crosses from JavaScript to the platform, which no
figure here contains.`,
  head: [
    '',
    'bytes',
    'QoS',
    'raw, messages/s',
    'ours / raw',
    'MQTT.js / raw',
    'µs CPU: raw',
    'ours',
    'MQTT.js',
    'sends: raw',
    'ours',
    'MQTT.js',
    'spread of ours',
  ],
  works: { receive: 'receive', burst: 'burst', single: 'single', 'round trip': 'round trip' } satisfies Record<
    Work,
    string
  > as Record<Work, string>,
  clients: { 'raw socket': 'raw socket', 'miniprogram-im': 'miniprogram-im', 'MQTT.js': 'MQTT.js' } as Record<
    ClientName,
    string
  >,
  pictures: { jit: 'Messages per second', jitless: 'Messages per second without a compiler' },
  trips: '**Round trip** (QoS 0, one message at a time, echoed)',
  tripsHead: [
    '',
    'bytes',
    'raw p50, ms',
    'ours p50',
    'MQTT.js p50',
    'raw p99',
    'ours p99',
    'MQTT.js p99',
    'µs CPU: raw',
    'ours',
    'MQTT.js',
  ],
  plot: 'Messages per second, 100 bytes',
  plotNote: 'raw socket: the same frames without any client; longer is better; logarithmic',
  perSecond: '/s',
  receive: 'receive QoS 0, against the raw socket',
  single: 'single sends, against the raw socket',
  burst: (bytes: string) => `bursts of ${bytes} bytes, against a raw sender that does not batch`,
  late: 'round trip at the median, above the raw socket',
  slowest: { jit: 'slowest row against MQTT.js', jitless: 'slowest row against MQTT.js, `--jitless`' },
}

const zh: typeof en = {
  title: '吞吐与延迟',
  about: (
    rounds,
  ) => `一个独立进程里的服务器通过本机 WebSocket 发送、计数或回送报文；每个客户端在自己的进程里，背后是同样三十行的 \`wx.connectSocket\`，
通过公开的方法使用（我们的是 \`publish\`、\`subscribe\`、\`onRawMessage\`）。“裸 socket” 不用任何客户端，发送并计数同样的帧：
一帧一个报文，一个报文一次 \`send\`。消息是事先做好的字节。*接收*：服务器在窗口（QoS 1 时 1,000）允许的范围内尽快发送。
*成批*：一次交出 1,000 条消息，反复进行（QoS 1：1,000 条在途）。*逐条*：上一条交出（QoS 0）或得到确认（QoS 1）之后才发下一条。
取 ${rounds.jit} 轮的中位数，没有编译器时取 ${rounds.jitless} 轮。“send 次数” 是每条消息调用 \`wx.send\` 的次数；在手机上每次都要从 JavaScript 跨到平台，
这里的任何数字都不含这一项。`,
  head: [
    '',
    '字节',
    'QoS',
    '裸，消息/秒',
    '我们 / 裸',
    'MQTT.js / 裸',
    'CPU 微秒：裸',
    '我们',
    'MQTT.js',
    'send 次数：裸',
    '我们',
    'MQTT.js',
    '我们的离散程度',
  ],
  works: { receive: '接收', burst: '成批', single: '逐条', 'round trip': '往返' },
  clients: { 'raw socket': '裸 socket', 'miniprogram-im': 'miniprogram-im', 'MQTT.js': 'MQTT.js' },
  pictures: { jit: '每秒消息数', jitless: '没有编译器时的每秒消息数' },
  trips: '**往返**（QoS 0，一次一条消息，由服务器回送）',
  tripsHead: [
    '',
    '字节',
    '裸 p50，毫秒',
    '我们 p50',
    'MQTT.js p50',
    '裸 p99',
    '我们 p99',
    'MQTT.js p99',
    'CPU 微秒：裸',
    '我们',
    'MQTT.js',
  ],
  plot: '每秒消息数，100 字节',
  plotNote: '裸 socket：同样的帧，没有任何客户端；越长越好；对数刻度',
  perSecond: '/秒',
  receive: 'QoS 0 接收，与裸 socket 相比',
  single: '逐条发送，与裸 socket 相比',
  burst: (bytes) => `${bytes} 字节成批发送，与不合并的裸发送相比`,
  late: '往返的中位数，比裸 socket 多出',
  slowest: { jit: '与 MQTT.js 相比最慢的一行', jitless: '与 MQTT.js 相比最慢的一行，`--jitless`' },
}

export const words = { en, zh }

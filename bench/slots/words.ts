// What the page says about socket slots, in both languages.
import type { Outcome } from './play'

type Scenario = readonly [name: string, title: string]

const en = {
  title: 'Socket slots',
  about: `Each SDK runs on the project's simulated phone, on a virtual clock, through the calls of its own documentation; every REST call and every dialled address
reaches a server that stands in. A socket counts from \`wx.connectSocket\` until the platform has let it go; the phone allows 50, so that nothing is refused
and everything is seen (a real one allows 5, or 2). Logins of Easemob, NIM, RongCloud, Tencent, LeanCloud and goeasy speak private protocols: their server
accepts the socket and stays silent, which is a server that hangs. MQTT.js, centrifuge and socket.io are answered. Where a package closes without a code
(which PC WeChat refuses), the platform fills in 1000. "left open": five minutes after the last \`close()\`.`,
  picture: 'Most sockets at once',
  head: ['', 'most sockets', 'left open', 'attempts after close()', 'close() resolved', 'errors thrown'],
  /** By their names in scenarios.ts. */
  scenarios: {
    'slow close': [
      'slow close',
      'The other side does not answer a close, which the platform waits 5 s for; the app closes and opens again three times, a second apart',
    ],
    'hung handshake': ['hung handshake', 'Handshakes never end, for five minutes'],
    'refused close': [
      'refused close',
      'The platform will not close a socket that is still connecting, and it opens after 8 s; the app closes after 2 s',
    ],
    'flapping network': [
      'flapping network',
      'Every link breaks a second after it opened, and the platform takes a second to clear it away, for two minutes',
    ],
    'closed while dialling': ['closed while dialling', 'The app closes 10 ms after it opened'],
    'closed while logging in': ['closed while logging in', 'The app closes when the socket has just opened'],
    'closed while waiting': ['closed while waiting', 'The server is gone, and the app closes between two attempts'],
    background: [
      'background',
      'Five times a minute in the background; the platform cuts the sockets and does not tell',
    ],
  } as Record<string, Scenario>,
  colon: ': ',
  resolved: {
    'after the end': 'after the end',
    'before the end': 'before the end',
    never: 'never',
    'no promise': 'no promise',
  } as Record<Outcome['resolved'], string>,
  plot: 'Most sockets held at once, over all scenarios',
  note: 'shorter is better; WeChat allows 5 (and was measured to allow 2)',
  most: 'most sockets at once',
  left: 'sockets left open',
  after: 'attempts after close()',
  before: 'close() resolved before the end of the socket',
  times: ' times',
  thrown: 'errors thrown into the app',
}

const zh: typeof en = {
  title: 'Socket 名额',
  about: `每个 SDK 都在本项目的模拟手机上、虚拟时钟下运行，按它自己文档里的方法使用；每个 REST 调用和每个要连的地址都到达一个替身服务器。
一个 socket 从 \`wx.connectSocket\` 起计数，直到平台放掉它；这部手机允许 50 个，所以什么都不会被拒绝，什么都看得到
（真手机允许 5 个，或者 2 个）。环信、网易云信、融云、腾讯、LeanCloud 和 goeasy 的登录用私有协议：它们的服务器接受 socket 之后一声不响，
也就是一个卡住的服务器。MQTT.js、centrifuge 和 socket.io 得到回答。有的包关闭时不带代码（PC 微信会拒绝），平台替它填 1000。
“留着没关”：最后一次 \`close()\` 之后五分钟。`,
  picture: '同时最多的 socket',
  head: ['', '最多的 socket', '留着没关', 'close() 之后的尝试', 'close() 何时兑现', '抛出的错误'],
  scenarios: {
    'slow close': ['关得慢', '对方不回应关闭，平台为此等 5 秒；应用关闭再打开，共三次，间隔一秒'],
    'hung handshake': ['握手卡住', '握手永远不结束，持续五分钟'],
    'refused close': ['关闭被拒', '平台不肯关闭还在连接中的 socket，而它 8 秒后才打开；应用 2 秒后关闭'],
    'flapping network': ['网络反复断', '每个连接打开一秒后断开，平台花一秒清理，持续两分钟'],
    'closed while dialling': ['拨号中关闭', '应用打开 10 毫秒后关闭'],
    'closed while logging in': ['登录中关闭', 'socket 刚打开，应用就关闭'],
    'closed while waiting': ['等待中关闭', '服务器不在了，应用在两次尝试之间关闭'],
    background: ['后台', '五次进入后台，每次一分钟；平台切断 socket，并不告知'],
  },
  colon: '：',
  resolved: {
    'after the end': '结束之后',
    'before the end': '结束之前',
    never: '一直没有',
    'no promise': '没有 Promise',
  },
  plot: '所有场景中同时占用的最多 socket',
  note: '越短越好；微信允许 5 个（有人实测只有 2 个）',
  most: '同时最多的 socket',
  left: '留着没关的 socket',
  after: 'close() 之后的尝试',
  before: 'close() 在 socket 结束之前就兑现',
  times: ' 次',
  thrown: '抛进应用的错误',
}

export const words = { en, zh }

// What docs/reliability.zh-CN.md says in Chinese about the same figures.
import type { Figures } from './figures'

export const chinese = (is: Figures): string => `# 可靠性

[English](reliability.md)

<!-- 由 \`npm run docs:reliability\` 根据 test/faults/results 生成。不要手改，重新运行即可。 -->

对 SDK 和内嵌服务器做了什么、做了多少次、丢了什么。每个数字都由一条谁都可以运行的命令打印出来；
每次运行都打印种子，用它可以重放。每一项都有一部分随每次改动在 CI 中运行。

| | |
| --- | ---: |
| 模拟的故障时间（小时） | ${is.hours}（${is.weeks} 周） |
| 注入的故障，模拟的和真实 socket 上的 | ${is.faults} |
| 在故障中得到确认的消息 | ${is.acknowledged} |
| 其中丢失 | **${is.lost}** |
| 重复交给应用 | **${is.doubled}** |
| 次序错乱 | **${is.outOfOrder}** |
| 一个应用同时最多的 socket | **${is.mostSockets}** |
| 恶意输入，给整部手机和服务器 | ${is.inputs} |
| 恶意输入，只给解析器 | ${is.parserInputs} |
| 抛进应用、卡死、内存堆积 | **0** |

## 在测试拨动的时钟上，几周的故障

\`npm run faults -- soak --record\`：${is.soak.worlds} 个世界，种子 ${is.soak.seeds}。三部手机（Android、iOS、PC，
各带着有人报告过的最坏行为）用发布的文件连接内存里的服务器。用户互相发消息、在群里发消息，把手机放下又回来；
应用一共启动 ${is.soak.starts} 次。每一步之后都检查：最多两个 socket，没有东西抛进应用，已销毁的连接不再出声，没有违反 MQTT 的内容。
世界每天恢复正常两次：那时所有人都必须回来（中位数 ${is.soak.back} 秒，最多 ${is.soak.mostBack} 秒，共 ${is.soak.timesBack} 次），并且拿每部手机的历史与发出的消息对照。
发出 ${is.soak.sent}，确认 ${is.soak.acknowledged}，送达 ${is.soak.delivered}（群消息按每个成员计），丢失 ${is.soak.lost}。

${is.table(['注入的故障', '次数'], is.soak.injected)}

手机磁盘什么都写不进时到达的消息，会显示、会确认，但无法保存：对它只检查是否显示过。

## 在真实的 socket 上

\`npm run faults -- real --record\`，种子 ${is.real.seed}：${is.real.seconds} 秒，三部手机，每部前面有一个在 TCP 字节上做手脚的故障代理，
后面是内嵌服务器，中途毫无预告地被杀掉再启动 ${is.real.serverKills} 次。发出 ${is.real.sent}，确认 ${is.real.acknowledged}，送达 ${is.real.delivered}，
丢失 ${is.real.lost}，重复 ${is.real.doubled}，次序错乱 ${is.real.outOfOrder}。最后一次故障之后 ${is.real.back} 秒，所有人都回来了。

${is.table(['注入的故障', '次数'], is.real.injected)}

## 模糊测试

\`npm run faults -- fuzz --record\`。把正常的输入在字节上和结构上弄坏，送进每一处解析外来内容的地方。
每个输入之后，SDK 必须重新在线，并且收得到下一条正常消息；不许有东西抛进应用，也不许拒绝了却没有人知道；
一个输入最多花 2 秒 CPU 和 8 MB 缓冲区，全部输入一共最多留下 24 MB 堆内存。
test/faults/planted 给每一类埋一个错误，并且看着它被找出来。

${is.table(['对象', '输入', '最慢，CPU 毫秒', '一个输入的缓冲区，MB', '留下的堆内存，MB'], is.fuzzed)}

\`npm run faults -- parsers --record\`：只测解析器，直接用源代码，没有手机，所以几百万个输入只要几分钟。
只许出现各自承诺的错误，时间（CPU ${is.mostMs} 毫秒）和内存都有上限；接受下来的必须就是原意：
怎样分块都得到同样的报文，重启后历史相同，与 TextDecoder、URL、Node 的 base64 一致，日志里没有秘密。
每个输入有自己的种子，可以重放。接受和拒绝都计数：总是给出同一种回答的解析器，等于没有测。

${is.table(['对象', '输入', '每秒', '其中被拒绝，%', '最慢，CPU 毫秒', '留下的堆内存，MB'], is.parsed)}

## 服务器

\`npm run faults -- server --record\`。一个独立的进程在负载下（十六个发布者、注册、群），在随机的时刻被 SIGKILL 杀掉，
再启动，然后要求它交出确认过的一切；另一个的磁盘满了（任何文件不得超过
${is.fullKiB} KiB）：它活着，只确认自己存下了的，回来之后一样不少。

${is.table(['', '次数', '消息', '用户', '群', '丢失'], is.servers)}

洪水（test/faults/server/floods.test.ts）：同时来 400 个连接，在上限之内的留下，其余的被告知何时再来；
同时来 1,000 个密码登录，一部分做了散列，其余的被告知；300 个永远不结束的请求，不影响其他任何人。
`

/** What was done and to what, by the name that the runs give it. */
export const inChinese: Readonly<Record<string, string>> = {
  'REST answered badly': 'REST 的回答是坏的',
  'hung handshake': '握手卡住',
  refused: '被拒绝',
  'odd close': '奇怪的关闭',
  'half-open down': '半开（下行）',
  'half-open up': '半开（上行）',
  'slow drip': '逐字节慢慢来',
  'text frame': '文本帧',
  'late bytes': '字节迟到',
  truncated: '截断',
  'truncated up': '上行截断',
  garbage: '垃圾字节',
  'lost without notice': '无声丢失',
  reset: '连接重置',
  delay: '延迟',
  'network weak': '弱网',
  'network changed': '网络切换',
  'network gone': '网络消失',
  'network stalled': '网络停顿',
  'every link cut silently': '所有连接无声断开',
  'packets lost (10 %)': '丢包（10 %）',
  'clock moved': '时钟被拨动',
  'disk broken': '磁盘坏',
  'storage broken': '本地缓存坏',
  'sockets close slowly': 'socket 关得慢',
  'app killed': '应用被杀',
  'no token to be had': '拿不到令牌',
  'destroy()': 'destroy()',
  'server: shutdown': '服务器：正常关闭',
  'server: vanish': '服务器：消失',
  'server: crash': '服务器：崩溃',

  closeFrame: '关闭帧，代码合法或不合法',
  lost: '无声丢失',
  halfOpenUp: '半开（什么都到不了服务器）',
  halfOpenDown: '半开（什么都到不了手机）',
  truncate: '在帧的中间截断',
  truncateUp: '上行截断',
  drip: '逐字节慢慢来',
  hold: '压住：旧连接的字节迟到',
  badPacket: '不是 MQTT 的帧',
  textFrame: '文本帧',
  finish: '正常结束',
  ping: 'ping',
  'refused by hang': '以卡住来拒绝',
  'refused by redirect': '以重定向来拒绝',
  'refused by nonsense': '以胡乱的回答来拒绝',
  'refused by portal': '以认证页面来拒绝',
  'refused by drop': '以断开来拒绝',

  'MQTT packets from the server, on a running connection and in the handshake':
    '服务器发来的 MQTT 报文，连接中的和握手中的',
  'message payloads, receipts and group notices': '消息内容、回执、群通知',
  'REST answers: token, users, endpoints, groups, uploads, logs': 'REST 的回答：令牌、用户、服务器地址、群、上传、日志',
  'values in wx storage: endpoint list, groups, device id, protocol version':
    'wx 本地缓存里的值：服务器地址、群、设备号、协议版本',
  'files of history and outbox': '历史和发件箱的文件',
  'files of the log, read back for export': '导出时读回的日志文件',
  "access tokens (JWT or not), and the server's clock": '访问令牌（是不是 JWT），以及服务器的时钟',
  'close codes and reasons of the WebSocket': 'WebSocket 的关闭码和原因',
  'log files, turned into a report': '变成报告的日志文件',
  'the server: MQTT packets of clients, before and after their login': '服务器：客户端的 MQTT 报文，登录前和登录后',
  'the server: REST requests': '服务器：REST 请求',

  'the MQTT decoder, in chunks of any size': 'MQTT 解码器，任意分块',
  'an MQTT session: handshake, traffic, and the next link': '一个 MQTT 会话：握手、收发、下一个连接',
  'UTF-8 of the wire, against TextDecoder': '线上的 UTF-8，与 TextDecoder 对照',
  'payloads of messages and receipts': '消息和回执的内容',
  'files of history and outbox: replayed, written on, replayed again': '历史和发件箱的文件：重放、续写、再重放',
  'groups: kept, listed by the server, told by notices': '群：本地保存的、服务器列出的、通知告知的',
  'REST answers, and tokens in them': 'REST 的回答，以及其中的令牌',
  'lists of message servers, fetched and kept': '消息服务器的列表，取得的和保存的',
  'claims of access tokens, and the deadlines that follow': '访问令牌的声明，以及由此而来的期限',
  'options and logins': '选项和登录参数',
  'what enters the log, with secrets planted in it': '进入日志的内容，其中埋有秘密',
  'text as the log keeps it, with halves of characters': '日志保存的文本，带有半个字符',
  'close codes and reasons': '关闭码和原因',
  "the platform's error texts and numbers": '平台的错误文字和数字',
  'addresses, against URL': '地址，与 URL 对照',

  killed: '被杀',
  'disk full': '磁盘满',
}

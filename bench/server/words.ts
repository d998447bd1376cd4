// What the page says about the embedded server under load, in both languages.
const en = {
  title: 'The embedded server under load',
  about: (
    seconds: number,
  ) => `A server in its own process, all clients in another, on the same machine and in the same run: MQTT 3.1.1 (which all three speak) over
WebSockets, each client subscribed to its inbox and pinging every 20 s. *Idle*: what a client adds to the server's resident memory when all
have pinged once. *Busy*: the most while 200 messages of 200 bytes at QoS 1 are on their way at any time, for ${seconds} s, each to another client.
*CPU*: processor time of the server's process, all threads, for each acknowledged message.
The clients take more of the machine than the servers do: rates say how the three compare here, not what one server can do alone.`,
  noisy: (
    load: string,
  ) => `**The machine was not quiet**: up to ${load} other processes wanted its two cores. Rates and times suffer from that, ours most, since it
also waits for a disk that others write to; processor time and memory hardly do.`,
  promises: `The three do not promise the same when they acknowledge. **Ours has the message on the disk (fsync)**: it outlives a power cut. What comes within one
turn, or while the disk is busy, shares one fsync. It also checks a signed token, and every topic against its sender. **aedes 1.2 has it in memory
only**: it is lost when the process ends, in any way. **Mosquitto has it in memory** and writes its store when it ends, and every half hour: it
outlives an orderly stop, and no crash. Both run without login and access rules here; Mosquitto is written in C.`,
  head: [
    '',
    'clients',
    'held',
    'lost',
    'connected in, s',
    'idle, KB each',
    'busy, KB each',
    'acknowledged/s',
    'CPU, µs each',
    'p50, ms',
    'p99, ms',
    'missing',
    'acknowledged when',
  ],
  onDisk: 'on the disk',
  inMemory: 'in memory',
  ahead: (times: string, clients: string) =>
    `Mosquitto acknowledges ${times} times as many messages as we do (at ${clients} clients), with a fraction of the memory.`,
  comma: ', ',
  absent: (names: string) => `Not installed here, and so not measured: ${names}.`,
  lost: 'links lost or not held, of all',
  missing: 'acknowledged messages that did not arrive',
  idle: 'idle client, worst size',
  against: 'acknowledged messages, against aedes, worst size',
}

const zh: typeof en = {
  title: '负载下的内嵌服务器',
  about: (
    seconds,
  ) => `服务器在自己的进程里，所有客户端在另一个进程里，同一台机器、同一次运行：WebSocket 上的 MQTT 3.1.1（三者都支持），
每个客户端订阅自己的收件箱，每 20 秒 ping 一次。*空闲*：所有客户端都 ping 过一次时，每个客户端给服务器的常驻内存增加多少。
*忙碌*：${seconds} 秒里，任何时刻都有 200 条 200 字节、QoS 1 的消息在途，各自发给另一个客户端，其间的最大值。
*CPU*：服务器进程的处理器时间，包括所有线程，按每条得到确认的消息计。
客户端占用的机器比服务器多：速率说明三者在这里如何相比，不说明一个服务器单独能做到多少。`,
  noisy: (load) => `**机器并不安静**：最多有 ${load} 个别的进程要用它的两个核。速率和时间因此变差，我们的最多，
因为它还要等一块别人也在写的磁盘；处理器时间和内存几乎不受影响。`,
  promises: `三者确认时承诺的并不相同。**我们的已经把消息写到磁盘（fsync）**：断电也还在。同一轮里到来的、或者磁盘正忙时到来的，共用一次 fsync。
它还检查签名的令牌，并对照发送者检查每个主题。**aedes 1.2 只放在内存里**：进程无论怎样结束都会丢。
**Mosquitto 放在内存里**，结束时和每半小时写一次存储：正常停止还在，崩溃就没有了。这里两者都没有登录和访问规则；Mosquitto 用 C 写成。`,
  head: [
    '',
    '客户端',
    '保持',
    '丢失',
    '连上用时，秒',
    '空闲，每个 KB',
    '忙碌，每个 KB',
    '确认/秒',
    'CPU，每条 µs',
    'p50，毫秒',
    'p99，毫秒',
    '缺少',
    '何时确认',
  ],
  onDisk: '已在磁盘上',
  inMemory: '在内存里',
  ahead: (times, clients) => `Mosquitto 确认的消息是我们的 ${times} 倍（客户端数 ${clients}），内存只用一小部分。`,
  comma: '、',
  absent: (names) => `这里没有安装，因此没有测：${names}。`,
  lost: '全部连接中丢失或没有保持住的',
  missing: '确认过却没有送达的消息',
  idle: '空闲客户端，最差的规模',
  against: '确认的消息，与 aedes 相比，最差的规模',
}

export const words = { en, zh }

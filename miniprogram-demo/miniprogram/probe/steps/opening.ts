// A socket that opens: what connectSocket gives, what is told when, and what the phone's own clock says.
import { asked, type Bench, type Step } from '../bench'
import { jsonOf, obstacle, textOf } from '../finding'
import { close, dial, exchange, failureOf, isOver, release, roundTrip, type Socket, spoken } from '../socket'

/** The server greets at once, so a message can overtake onOpen. */
const LONGEST_CONNECT = 66_000

async function firstOpen(bench: Bench): Promise<Socket> {
  const socket = dial(bench, { life: 100_000 })
  const given = socket.given as { then?: unknown; onOpen?: unknown } | undefined
  const promised = typeof given?.then === 'function'
  const unheard = !promised && given !== undefined && typeof given.onOpen !== 'function'
  bench.find('givenTask', promised ? 'promised' : unheard ? 'unheard' : 'task')
  if (unheard) {
    await socket.until(() => isOver(socket), 3000)
    throw obstacle('connectSocket 返回的任务没有 onOpen，什么都听不到')
  }
  await socket.until(() => socket.heard('open') !== undefined || isOver(socket), LONGEST_CONNECT)
  if (promised) bench.find('promiseDelay', socket.promisedIn ?? 0)
  else bench.unknown('promiseDelay', '返回的不是 promise')
  if (socket.heard('open')) bench.find('handshake', 'normal')
  else if (!isOver(socket)) bench.find('handshake', 'hangs-silently', `${LONGEST_CONNECT / 1000} 秒内没有任何事件`)
  else if (Date.now() - socket.dialled > 5000) bench.find('handshake', 'hangs', textOf(failureOf(socket)))
  if (!socket.heard('open')) throw obstacle(`连接没有打开：${textOf(failureOf(socket)) || '没有说明'}`)
  return socket
}

function successTime(socket: Socket): string {
  const success = socket.heard('success')
  if (!success) return 'never'
  if (success.inside) return 'at-once'
  return socket.told.indexOf(success) < socket.told.indexOf(socket.heard('open')!) ? 'soon' : 'after-open'
}

async function times(bench: Bench, socket: Socket): Promise<void> {
  const opened = socket.heard('open')!
  const asking = Date.now()
  const answer = await exchange(socket, 'age', (data) => typeof data === 'string' && data.indexOf('"age"') > 0)
  const { age, now } = spoken(answer) as { age?: number; now?: number }
  const trip = await roundTrip(socket)
  if (!answer || age === undefined || now === undefined || trip === undefined)
    throw obstacle('发出去的消息没有回来，量不了时间')
  bench.fact('roundTripMs', trip)
  // The server accepted `age` before it answered; half a trip later the link was open here.
  const accepted = asking + trip / 2 - age
  bench.find('openDelay', Math.max(0, Math.round(opened.at - accepted - trip / 2)), { trip })
  bench.find('skewMs', Math.round(asking + trip / 2 - now))
}

export const opening: Step = {
  id: 'opening',
  title: '打开连接',
  does: '连一次服务器，记下先后收到什么。通常 5 秒；如果一直连不上，要等 1 分钟。不用操作。',
  finds: [
    'givenTask', 'promiseDelay', 'handshake', 'success', 'lateListeners', 'readyState', 'messageBeforeOpen', 'openDelay',
    'skewMs', 'networkAnswer',
  ], // prettier-ignore
  async run(bench) {
    const states: unknown[] = []
    const look = (socket: Socket) => states.push((socket.task as { readyState?: unknown } | undefined)?.readyState)
    const second = dial(bench, { life: 5000 })
    look(second)
    await release(second)

    const socket = await firstOpen(bench)
    look(socket)
    await socket.until(() => socket.heard('success') !== undefined && socket.heard('message') !== undefined, 2000)
    bench.find('success', successTime(socket))
    if (socket.lateAt === undefined) bench.unknown('lateListeners', '还没来得及晚一步，连接已经打开')
    else {
      await socket.until(() => socket.heard('late-open') !== undefined, 500)
      bench.find('lateListeners', socket.heard('late-open') ? 'heard' : 'lost')
    }
    const [message, opened] = [socket.heard('message'), socket.heard('open')!]
    if (message) bench.find('messageBeforeOpen', socket.told.indexOf(message) < socket.told.indexOf(opened))
    else bench.unknown('messageBeforeOpen', '没有收到服务器的问候')

    const network = await asked((callbacks) => wx.getNetworkType(callbacks))
    const type = (network.result as { networkType?: string } | undefined)?.networkType
    if (network.how !== 'ok' || type === undefined) bench.unknown('networkAnswer', 'getNetworkType 没有结果')
    else bench.find('networkAnswer', type === 'none' || type === 'offline' ? 'none' : 'true', type)

    try {
      await times(bench, socket)
    } finally {
      const closing = close(socket, { code: 1000, reason: 'probe' })
      look(socket)
      await closing
      await release(socket)
      look(socket)
      readyState(bench, states)
    }
  },
}

function readyState(bench: Bench, states: readonly unknown[]): void {
  const seen = jsonOf(states.map((state) => state ?? null)) ?? null
  const [connecting, opened, closing, closed] = states
  if (states.every((state) => state === undefined)) bench.find('readyState', 'absent')
  else if (states.every((state) => state === connecting)) bench.find('readyState', connecting as number)
  else if (connecting === 0 && opened === 1 && (closing === 2 || closing === 1) && closed === 3)
    bench.find('readyState', 'true', seen)
  else bench.unknown('readyState', `既不真实也不固定：${JSON.stringify(seen)}`)
}

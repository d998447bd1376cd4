// The end of a socket: by the server, by a link that breaks, by ourselves; and what close() answers when it may not.
import { type Bench, type Step, wait } from '../bench'
import { jsonOf, obstacle, textOf } from '../finding'
import { close, dial, exchange, open, release, roundTrip, type Socket } from '../socket'

interface CloseResult {
  readonly code?: unknown
  readonly reason?: unknown
}
const codeOf = (socket: Socket): { code: number; reason: string } | undefined => {
  const result = socket.heard('close')?.result as CloseResult | undefined
  return typeof result?.code === 'number'
    ? { code: result.code, reason: typeof result.reason === 'string' ? result.reason : '' }
    : undefined
}

/** What onClose is given: its result, or something else in its place. */
function given(bench: Bench, socket: Socket): void {
  const close = socket.heard('close')
  if (!close) return
  const value = jsonOf(close.result)
  if (codeOf(socket)) bench.find('given', 'result')
  else bench.find('given', value === undefined ? {} : { instead: value })
}

async function byServer(bench: Bench): Promise<void> {
  const socket = await open(bench, { close: 4321, reason: 'bye', after: 300, life: 5000 })
  bench.find('serverClose', await socket.ends(3500))
  given(bench, socket)
  const told = codeOf(socket)
  if (told) bench.find('serverCloseCode', told.code === 4321 && told.reason === 'bye' ? 'kept' : told)
  else bench.unknown('serverCloseCode', '没有带代码的 onClose')
  await release(socket)
}

async function byLoss(bench: Bench): Promise<void> {
  const socket = await open(bench, { drop: 300, life: 5000 })
  bench.find('lost', await socket.ends(3500))
  const told = codeOf(socket)
  if (told) bench.find('lostCode', told)
  else bench.unknown('lostCode', '没有带代码的 onClose')
  await release(socket)
}

/** Codes that no phone should take. */
async function illegal(bench: Bench): Promise<void> {
  const answers: Record<string, string> = {}
  for (const [name, how] of [
    ['bare', {}],
    ['1001', { code: 1001, reason: '' }],
  ] as const) {
    const socket = await open(bench, { life: 8000 })
    const { how: outcome, result } = await close(socket, how)
    answers[name] = outcome === 'failed' ? textOf(result) : outcome
    await release(socket)
  }
  bench.fact('illegalClose', answers)
}

async function byUs(bench: Bench): Promise<void> {
  const socket = await open(bench, { life: 12_000 })
  const trip = (await roundTrip(socket)) ?? 0
  const started = Date.now()
  const answer = await close(socket, { code: 4123, reason: 'probe' })
  if (answer.how === 'failed') {
    bench.find('closeFailure', textOf(answer.result))
    await release(socket)
    throw obstacle(`close 失败：${textOf(answer.result)}`)
  }
  bench.find('closeFailure', null)
  const ends = await socket.ends(5500)
  bench.find('ownClose', ends)
  const told = codeOf(socket)
  if (told) bench.find('ownCloseCode', told.code === 4123 && told.reason === 'probe' ? 'as-asked' : told)
  else bench.unknown('ownCloseCode', '没有带代码的 onClose')
  const first = socket.heard('error') ?? socket.heard('close')
  if (first) bench.find('closeDelay', Math.max(0, first.at - started - trip), { trip })
  else bench.unknown('closeDelay', '自己关闭之后没有任何事件')

  const gone = await close(socket, { code: 1000, reason: 'again' })
  if (gone.how === 'failed' && textOf(gone.result)) bench.find('goneText', textOf(gone.result))
  else bench.unknown('goneText', `已经关闭的连接再关一次：${gone.how === 'ok' ? '成功' : '没有说明'}`)
  await release(socket)
}

/** A server that does not answer our close frame: how long the phone waits for it. */
async function unanswered(bench: Bench): Promise<void> {
  const socket = await open(bench, { deaf: 300, life: 90_000 })
  await wait(800)
  const started = Date.now()
  await close(socket, { code: 1000, reason: 'probe' })
  const ends = await socket.ends(75_000)
  const first = socket.heard('error') ?? socket.heard('close')
  if (bench.found('closeFailure') !== null || (bench.found('ownClose') as unknown[]).length === 0)
    bench.unknown('closeTimeout', '自己关闭时没有事件，量不到')
  else if (ends.length === 0 || !first) bench.find('closeTimeout', 'Infinity', '75 秒内没有')
  else bench.find('closeTimeout', Math.max(0, first.at - started - Number(bench.found('closeDelay') ?? 0)))
  await release(socket)
}

async function whileConnecting(bench: Bench): Promise<void> {
  const socket = dial(bench, { life: 6000 })
  if (!socket.task) {
    await release(socket)
    bench.unknown('closeWhileConnecting', '这时还拿不到任务')
    return
  }
  const { how, result } = await close(socket, { code: 1000, reason: 'probe' })
  await socket.until(() => socket.heard('open') !== undefined, 3000)
  const opened = socket.heard('open') !== undefined
  if (how === 'failed') bench.find('closeWhileConnecting', 'refused', textOf(result))
  else if (how === 'ok') bench.find('closeWhileConnecting', opened ? 'ignored' : 'honoured')
  else bench.unknown('closeWhileConnecting', 'close 没有回答')
  await release(socket)
}

async function sending(bench: Bench): Promise<void> {
  const socket = await open(bench, { life: 20_000 })
  const plain = await new Promise<{ failed?: string }>((resolve) => {
    setTimeout(() => resolve({}), 2000)
    socket.task?.send({
      data: 'hello',
      success: () => resolve({}),
      fail: (result) => resolve({ failed: textOf(result) }),
    })
  })
  bench.find('sendFailure', plain.failed ?? null)
  if (plain.failed !== undefined) {
    await release(socket)
    throw obstacle(`send 失败：${plain.failed}`)
  }
  // Its echo is behind the greeting: what comes from here on answers what is sent from here on.
  if (!(await exchange(socket, 'before the view', (data) => data === 'before the view'))) {
    await release(socket)
    throw obstacle('发出去的消息没有回来')
  }
  const before = socket.told.length
  socket.task?.send({ data: new Uint8Array([1, 2, 3]) as unknown as ArrayBuffer })
  const after = await exchange(socket, 'after the view', (data) => data === 'after the view')
  const between = socket.told
    .slice(before)
    .filter(({ what }) => what === 'message')
    .map(({ result }) => (result as { data: unknown }).data)
    .find((data) => data !== 'after the view')
  if (!after) bench.unknown('typedArray', '之后发的消息也没有回来')
  else if (between === undefined) bench.find('typedArray', 'nothing')
  else if (typeof between !== 'string' && String(new Uint8Array(between as ArrayBuffer)) === '1,2,3')
    bench.find('typedArray', 'sent')
  else bench.find('typedArray', 'garbage', typeof between === 'string' ? between.slice(0, 100) : 'bytes')
  await release(socket)
}

export const ending: Step = {
  id: 'ending',
  title: '连接的结束',
  does: '让服务器关闭、掐断连接，再自己关闭，记下每次收到的事件和代码。约 30 秒；手机不肯放手时要等 1 分多钟。不用操作。',
  finds: ['serverClose', 'given', 'serverCloseCode', 'lost', 'lostCode', 'closeWhileConnecting', 'closeFailure', 'ownClose',
    'ownCloseCode', 'closeDelay', 'goneText', 'closeTimeout'], // prettier-ignore
  async run(bench) {
    await byServer(bench)
    await byLoss(bench)
    await illegal(bench)
    await whileConnecting(bench)
    await byUs(bench)
    await unanswered(bench)
  },
}

export const views: Step = {
  id: 'views',
  title: '发送',
  does: '发几条消息，看 Uint8Array 会不会被原样发出去。约 5 秒，不用操作。',
  finds: ['sendFailure', 'typedArray'],
  run: sending,
}

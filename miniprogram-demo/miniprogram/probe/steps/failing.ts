// A connect that fails: which events tell it, in which words, with which number, and after how long.
import { type Bench, type Step } from '../bench'
import { type Json, obstacle, textOf } from '../finding'
import { dial, failureOf, isOver, probeUrl, release, type Socket } from '../socket'

/** Nothing should listen there; a browser does not refuse it by itself as it does the low ones. */
const CLOSED_PORT = 59_997

const host = (server: string) => server.replace(/^https?:\/\//, '').replace(/[:/].*$/, '')

/** Failures that the embedded server, or the lack of one, can cause; `cause` is what the simulator calls them. */
const failures = (server: string) =>
  [
    { cause: 'refused', options: { url: `ws://${host(server)}:${CLOSED_PORT}/probe` } },
    { cause: 'dns', options: { url: 'ws://probe.invalid/probe' } },
    { cause: 'tls', options: { url: probeUrl(server).replace(/^ws:/, 'wss:').replace(/\?.*/, '') } },
    { cause: 'http', options: { path: '404' } },
    { cause: 'protocol', options: { path: 'mute', more: { protocols: ['mqtt'] } } },
  ] as const

const hasErrno = (socket: Socket) =>
  socket.told.some(
    ({ what, result }) =>
      (what === 'fail' || what === 'error') && typeof (result as { errno?: unknown } | undefined)?.errno === 'number',
  )

/** In the words of this phone, by cause. */
function addText(bench: Bench, cause: string, socket: Socket): void {
  const text = textOf(failureOf(socket))
  const known = bench.found('failureTexts') as Record<string, Json> | undefined
  if (text) bench.find('failureTexts', { ...known, [cause]: text })
}

async function texts(bench: Bench): Promise<boolean> {
  let numbered = false
  for (const { cause, options } of failures(bench.server)) {
    const socket = dial(bench, {}, options)
    const ends = await socket.ends(4000)
    if (cause === 'refused') {
      if (socket.heard('open')) bench.unknown('connectFailure', '没有人应该监听的端口上有人')
      else bench.find('connectFailure', ends)
    }
    // A server behind TLS makes of `wss` an ordinary success, and a network may answer for every name.
    if (!socket.heard('open')) addText(bench, cause, socket)
    numbered = numbered || hasErrno(socket)
    await release(socket)
  }
  const invalid = dial(bench, {}, { url: 'nonsense' })
  await invalid.until(() => isOver(invalid), 1000)
  bench.fact('invalidUrlText', textOf(failureOf(invalid)))
  const elsewhere = dial(bench, {}, { url: 'wss://example.com/probe' })
  await elsewhere.until(() => isOver(elsewhere), 4000)
  bench.fact('otherDomainText', textOf(failureOf(elsewhere)))
  await release(elsewhere)
  return numbered || hasErrno(invalid)
}

/** A server that takes the connection and never finishes the handshake. */
async function limits(bench: Bench): Promise<boolean> {
  const measure = async (more: object) => {
    const socket = dial(bench, { life: 90_000 }, { path: 'silent', more })
    await socket.until(() => isOver(socket), 'timeout' in more ? 6000 : 80_000)
    return socket
  }
  const ended = (socket: Socket) => (socket.heard('error') ?? socket.heard('close') ?? socket.heard('fail'))?.at
  let socket = await measure({ timeout: 3000 })
  const soon = ended(socket)
  if (soon !== undefined && soon - socket.dialled < 1500) {
    bench.unknown('timeoutOption', `没等到超时就失败了：${textOf(failureOf(socket))}`)
    throw obstacle('服务器没有按要求沉默，请更新服务器')
  }
  // A phone that does not tell its own timeouts cannot be measured either way.
  bench.find('timeoutOption', soon === undefined ? 'ignored' : 'honoured')
  if (soon !== undefined) socket = await measure({})
  await socket.until(() => isOver(socket), 80_000)
  const at = ended(socket)
  if (at === undefined) {
    bench.unknown('timeoutOption', '超时没有任何事件，量不到')
    bench.unknown('connectTimeout', '80 秒内没有任何事件')
  } else {
    bench.find(
      'connectTimeout',
      at - socket.dialled - Number(bench.found('closeDelay') ?? 0),
      textOf(failureOf(socket)),
    )
    addText(bench, 'timeout', socket)
  }
  const numbered = hasErrno(socket)
  await release(socket)
  return numbered
}

async function protocolString(bench: Bench): Promise<void> {
  const socket = dial(bench, { life: 4000 }, { more: { protocols: 'mqtt' } })
  await socket.until(() => socket.heard('open') !== undefined || isOver(socket), 4000)
  bench.find('protocolString', socket.heard('open') ? 'works' : 'fails', textOf(failureOf(socket)))
  await release(socket)
}

export const failing: Step = {
  id: 'failing',
  title: '连不上的时候',
  does: '故意连错地址、错端口，再连一个不回话的服务器，记下手机的说法和它等多久。约 2 分钟，不用操作，请别切走。',
  finds: ['connectFailure', 'failureTexts', 'socketErrno', 'protocolString', 'timeoutOption', 'connectTimeout'],
  async run(bench) {
    const numbered = await texts(bench)
    await protocolString(bench)
    const later = await limits(bench)
    if (bench.found('failureTexts') === undefined) bench.unknown('failureTexts', '失败的事件里没有文字')
    if (bench.found('socketErrno') === undefined) bench.find('socketErrno', numbered || later)
  },
}

// Without a socket: which globals and APIs there are, in which order promises and timers run, what a phone says of itself.
import { api, type Bench, type Step, wait } from '../bench'
import { jsonOf } from '../finding'

/** Each by its own name: on a phone there is no object that has them all. */
const globals = (): Record<string, boolean> => ({
  TextEncoder: typeof TextEncoder !== 'undefined',
  TextDecoder: typeof TextDecoder !== 'undefined',
  URL: typeof URL !== 'undefined',
  URLSearchParams: typeof URLSearchParams !== 'undefined',
  AbortController: typeof AbortController !== 'undefined',
  queueMicrotask: typeof queueMicrotask !== 'undefined',
  structuredClone: typeof structuredClone !== 'undefined',
  setImmediate: typeof setImmediate !== 'undefined',
  atob: typeof atob !== 'undefined',
  crypto: typeof crypto !== 'undefined',
  performance: typeof performance !== 'undefined',
  globalThis: typeof globalThis !== 'undefined',
  BigInt: typeof BigInt !== 'undefined',
  Proxy: typeof Proxy !== 'undefined',
  WeakRef: typeof WeakRef !== 'undefined',
  Buffer: typeof Buffer !== 'undefined',
  process: typeof process !== 'undefined',
})

declare const TextEncoder: unknown
declare const TextDecoder: unknown
declare const URL: unknown
declare const URLSearchParams: unknown
declare const AbortController: unknown
declare const queueMicrotask: unknown
declare const structuredClone: unknown
declare const setImmediate: unknown
declare const atob: unknown
declare const crypto: unknown
declare const performance: unknown
declare const Buffer: unknown
declare const process: unknown

/** What the SDK and the demo use of wx, and may miss. */
const APIS = [
  'onAppShow', 'offAppShow', 'onAppHide', 'offAppHide', 'onNetworkStatusChange', 'offNetworkStatusChange',
  'onNetworkWeakChange', 'offNetworkWeakChange', 'getNetworkType', 'getStorageSync', 'setStorageSync',
  'removeStorageSync', 'getFileSystemManager', 'env', 'request', 'uploadFile', 'downloadFile', 'getDeviceInfo',
  'getAppBaseInfo', 'getSystemInfoSync', 'getAccountInfoSync', 'getLogManager', 'getRealtimeLogManager',
  'getRandomValues', 'shareFileMessage', 'saveFileToDisk',
] // prettier-ignore

function missing(bench: Bench): void {
  const absent: string[] = []
  let throwing = 0
  for (const name of APIS)
    try {
      if ((wx as unknown as Record<string, unknown>)[name] === undefined) absent.push(name)
    } catch {
      absent.push(name)
      throwing++
    }
  bench.find('without', absent)
  if (absent.length === 0) bench.unknown('absent', '这部手机什么接口都不缺，看不出缺的时候会怎样')
  else bench.find('absent', throwing > 0 ? 'throws' : 'undefined', absent)
}

function device(bench: Bench): void {
  const ask = (name: string): Record<string, unknown> => {
    const call = api(name)
    return typeof call === 'function' ? ((call as () => Record<string, unknown> | undefined)() ?? {}) : {}
  }
  const said = { ...ask('getSystemInfoSync'), ...ask('getDeviceInfo'), ...ask('getAppBaseInfo') }
  const facts: Record<string, string> = {}
  for (const name of ['brand', 'model', 'system', 'platform', 'version', 'SDKVersion'])
    if (typeof said[name] === 'string') facts[name] = said[name]
  bench.fact('device', facts)
}

async function order(bench: Bench): Promise<void> {
  const ran: string[] = []
  setTimeout(() => ran.push('timer'), 0)
  void Promise.resolve().then(() => ran.push('promise'))
  await wait(200)
  bench.find('promise', ran[0] === 'promise' ? 'native' : 'macrotask', ran)
}

async function timers(bench: Bench): Promise<void> {
  const started = Date.now()
  let fired = 0
  for (let i = 0; i < 1000; i++) setTimeout(() => fired++, 500)
  let huge = false
  const long = setTimeout(() => (huge = true), 2 ** 31)
  let turns = 0
  const every = setInterval(() => turns++, 100)
  await wait(2000)
  clearTimeout(long)
  clearInterval(every)
  bench.fact('timers', {
    fired,
    of: 1000,
    longerThan31BitsFiresAtOnce: huge,
    turnsIn2s: turns,
    took: Date.now() - started,
  })
}

function off(bench: Bench): void {
  const remove = api('offNetworkStatusChange') ?? api('offAppShow')
  if (typeof remove !== 'function') return bench.unknown('offThrows', '没有 off 接口')
  try {
    ;(remove as (listener: () => void) => void)(() => undefined)
    bench.find('offThrows', false)
  } catch (error) {
    bench.find('offThrows', true, String(error))
  }
}

export const machine: Step = {
  id: 'machine',
  title: '运行环境',
  does: '查看有哪些全局对象和接口，Promise 与定时器谁先运行。约 3 秒，不用操作。',
  finds: ['promise', 'offThrows', 'absent', 'without'],
  async run(bench) {
    device(bench)
    bench.fact('globals', jsonOf(globals()) ?? null)
    missing(bench)
    off(bench)
    await order(bench)
    await timers(bench)
  },
}

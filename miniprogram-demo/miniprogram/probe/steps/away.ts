// The background: when the phone stops the app, what it cuts, what it tells on return and in which order.
import { api, type Bench, type Step, wait } from '../bench'
import { type Json, obstacle, textOf } from '../finding'
import { dial, exchange, failureOf, isOver, isSuspended, newName, open, release, type Socket, spoken } from '../socket'

const TICK = 250
/** Between two ticks: longer than any hiccup, shorter than any stay. */
const GAP = 3000
const SHORT = 35
const LONG = 33 * 60

type Sign = 'show' | 'events' | 'timers'

interface Stay {
  readonly hiddenAt: number | undefined
  /** The last tick before the gap, and the first moment after it. */
  readonly stoppedAt: number | undefined
  readonly backAt: number | undefined
  readonly signs: readonly Sign[]
  /** When network calls began to fail with "suspend" although the code went on. */
  readonly forbiddenAt: number | undefined
  readonly shown: boolean
}

const app = (name: string, listener: () => void) => {
  const call = api(name)
  if (typeof call === 'function') (call as (listener: () => void) => void)(listener)
}

/** Watches everything that moves until `end` is called. `onBack` runs at the first sign of life after the stop. */
function watch(bench: Bench, socket: Socket, onBack: () => void) {
  let hiddenAt: number | undefined
  let stoppedAt: number | undefined
  let backAt: number | undefined
  let forbiddenAt: number | undefined
  let shown = false
  let last = Date.now()
  const signs: Sign[] = []

  /** Whatever runs looks at the clock first: a gap means that nothing ran meanwhile. */
  function alive(sign: Sign | undefined): void {
    const now = Date.now()
    if (backAt === undefined && hiddenAt !== undefined && now - last > GAP) {
      stoppedAt = last
      backAt = now
      onBack()
    }
    last = now
    if (sign && backAt !== undefined && !signs.some((one) => one === sign)) signs.push(sign)
  }
  const onHide = () => {
    alive(undefined)
    hiddenAt = hiddenAt ?? Date.now()
  }
  const onShow = () => {
    if (hiddenAt === undefined) return
    alive('show')
    shown = true
    if (backAt === undefined) {
      backAt = Date.now()
      onBack()
    }
  }
  app('onAppHide', onHide)
  app('onAppShow', onShow)
  const timer = setInterval(() => {
    alive('timers')
    if (hiddenAt === undefined || backAt !== undefined || forbiddenAt !== undefined) return
    socket.task?.send({
      data: 'tick',
      fail(result) {
        if (backAt === undefined && isSuspended(textOf(result))) forbiddenAt = forbiddenAt ?? Date.now()
      },
    })
  }, TICK)
  socket.task?.onClose(() => alive('events'))
  socket.task?.onError(() => alive('events'))
  const request = api('request')
  if (typeof request === 'function')
    wx.request({ url: `${bench.server}/probe`, timeout: 60_000, complete: () => alive('events') })

  return {
    end(): Stay {
      clearInterval(timer)
      app('offAppHide', onHide)
      app('offAppShow', onShow)
      return { hiddenAt, stoppedAt, backAt, signs, forbiddenAt, shown }
    },
  }
}

/** From the first sign of life: how long network calls still fail with "suspend". */
async function echoOf(bench: Bench, backAt: number): Promise<void> {
  for (;;) {
    const at = Date.now()
    const socket = dial(bench, { life: 3000 })
    await socket.until(() => socket.heard('open') !== undefined || isOver(socket), 2000)
    const text = textOf(failureOf(socket))
    await release(socket)
    if (!isSuspended(text) || at - backAt > 20_000) {
      bench.find('suspendEcho', at - backAt, text)
      return
    }
    await wait(50)
  }
}

function stopFindings(bench: Bench, stay: Stay): void {
  const { hiddenAt, stoppedAt, forbiddenAt, signs, shown } = stay
  if (hiddenAt === undefined) throw obstacle('没有收到 onAppHide，不知道什么时候离开的')
  bench.find('showEvents', shown)
  const since = stoppedAt ?? forbiddenAt
  if (since === undefined) {
    bench.find('suspendAfter', 'Infinity', '离开期间一直在运行')
    throw obstacle('离开期间没有被挂起')
  }
  bench.find('suspendAfter', since + TICK - hiddenAt) // it had not come by the last tick, and by the next one it had
  bench.find('freezes', stoppedAt !== undefined)
  if (stoppedAt === undefined) bench.unknown('resumeOrder', '挂起期间代码没有停')
  else if (signs.length === 3) bench.find('resumeOrder', signs)
  else bench.unknown('resumeOrder', `只听到了 ${signs.join('、') || '（无）'}`)
}

async function cutFindings(bench: Bench, socket: Socket, name: string): Promise<void> {
  const ends = await socket.ends(3000)
  const isAlive =
    ends.length === 0 && (await exchange(socket, 'still here', (data) => data === 'still here', 2500)) !== undefined
  bench.find('backgroundCut', !isAlive)
  if (isAlive) throw obstacle('连接没有被切断')
  bench.find('background', ends)
  const told = socket.heard('close')?.result as { code?: unknown; reason?: unknown } | undefined
  if (typeof told?.code === 'number')
    bench.find('backgroundCode', { code: told.code, reason: typeof told.reason === 'string' ? told.reason : '' })
  else bench.unknown('backgroundCode', '没有带代码的 onClose')

  const asking = await open(bench, { ask: name, life: 5000 })
  await asking.until(() => asking.heard('message') !== undefined, 3000)
  const { fate } = spoken(asking.heard('message'))
  await release(asking)
  if (fate === undefined) bench.unknown('backgroundToServer', '服务器没有回答')
  else if (fate === 'open') bench.find('backgroundToServer', 'nothing')
  else bench.find('backgroundToServer', fate === 1006 ? 'drop' : 'close-frame', { code: fate as number })
}

/** Dead before it came back. */
function died(bench: Bench, memo: Json): void {
  const { at } = memo as { at: number }
  const { atMost = Infinity } = (bench.found('destroyAfter') ?? {}) as { atMost?: number }
  bench.find('destroyAfter', { atMost: Math.min(atMost, Math.max(0, Date.now() - at - 5000)) }, '离开期间小程序被销毁')
}

export const away: Step = {
  id: 'away',
  title: '切到后台',
  does: `切到后台 ${SHORT} 秒再回来：看代码什么时候停，连接断不断，回来时先听到什么。`,
  finds: ['showEvents', 'suspendAfter', 'freezes', 'resumeOrder', 'suspendEcho', 'backgroundCut', 'background',
    'backgroundCode', 'backgroundToServer'], // prettier-ignore
  async run(bench) {
    const name = newName()
    const socket = await open(bench, { name, life: 180_000 })
    let echo = Promise.resolve()
    const watching = watch(bench, socket, () => {
      echo = echoOf(bench, Date.now())
    })
    bench.keep({ at: Date.now() })
    const answer = await bench.person({ kind: 'leave', seconds: SHORT })
    await wait(3000)
    const stay = watching.end()
    await echo
    try {
      if (answer === 'skipped') throw obstacle('这一步被跳过')
      stopFindings(bench, stay)
      await cutFindings(bench, socket, name)
    } finally {
      await release(socket)
    }
  },
  resume(bench, memo) {
    died(bench, memo)
    return Promise.reject(obstacle('离开期间小程序被销毁，请再开一次探测'))
  },
}

export const longAway: Step = {
  id: 'longAway',
  title: '长时间离开（可跳过）',
  does: `切到后台 ${LONG / 60} 分钟以上再回来：看小程序会不会被销毁。没有时间可以跳过。`,
  finds: ['destroyAfter'],
  async run(bench) {
    const left = Date.now()
    if (!bench.keep({ at: left })) throw obstacle('这部手机存不下东西，销毁之后无法继续')
    if ((await bench.person({ kind: 'leave', seconds: LONG })) === 'skipped') throw obstacle('这一步被跳过')
    if (bench.found('suspendAfter') === 'Infinity') throw obstacle('从不挂起，也就谈不上挂起多久之后销毁')
    if (bench.found('destroyAfter') === undefined) bench.find('destroyAfter', { atLeast: Date.now() - left - 5000 })
  },
  resume(bench, memo) {
    died(bench, memo)
    return Promise.resolve()
  },
}

export const call: Step = {
  id: 'call',
  title: '来电（可跳过）',
  does: '请别人打来一个电话（或微信语音），响十几秒后拒接：看连接断不断，小程序算不算切到后台。没有条件可以跳过。',
  finds: [],
  async run(bench) {
    const socket = await open(bench, { life: 180_000 })
    const watching = watch(bench, socket, () => undefined)
    const answer = await bench.person({ kind: 'call' })
    await wait(1000)
    const stay = watching.end()
    const ends = await socket.ends(500)
    const echoed = await exchange(socket, 'still here', (data) => data === 'still here', 2500)
    if (answer === 'done')
      bench.fact('call', {
        hidden: stay.hiddenAt !== undefined,
        stopped: stay.stoppedAt !== undefined,
        ends,
        alive: echoed !== undefined,
      })
    await release(socket)
  },
}

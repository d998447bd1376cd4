// The network goes and comes, and changes from Wi-Fi to mobile data: what is told, and what becomes of an open socket.
import { api, asked, type Bench, type Step, wait } from '../bench'
import { type Json, obstacle, textOf } from '../finding'
import { dial, exchange, failureOf, isOver, open, release, type Socket } from '../socket'

interface Status {
  readonly networkType?: string
  readonly isConnected?: boolean
}

function listen(): { heard: Status[]; stop: () => void } {
  const heard: Status[] = []
  const on = (status: Status | undefined) => void heard.push(status ?? {})
  const call = (name: string) => {
    const member = api(name)
    if (typeof member === 'function')
      try {
        ;(member as (listener: typeof on) => void)(on)
      } catch {
        // Some phones throw out of `off`; another step says so.
      }
  }
  call('onNetworkStatusChange')
  return { heard, stop: () => call('offNetworkStatusChange') }
}

const typeNow = async () =>
  ((await asked((callbacks) => wx.getNetworkType(callbacks))).result as Status | undefined)?.networkType

const isOffline = (type: string | undefined): type is 'none' | 'offline' => type === 'none' || type === 'offline'

/** What became of a socket that was open before the change. */
async function fate(bench: Bench, socket: Socket): Promise<'ends' | 'survives' | 'silent'> {
  const ends = await socket.ends(3000)
  if (ends.length > 0) {
    bench.find('networkEnd', ends)
    return 'ends'
  }
  return (await exchange(socket, 'still here', (data) => data === 'still here', 3000)) ? 'survives' : 'silent'
}

async function backOnline(bench: Bench): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const socket = dial(bench, { life: 3000 })
    await socket.until(() => socket.heard('open') !== undefined || isOver(socket), 2000)
    const isOpen = socket.heard('open') !== undefined
    await release(socket)
    if (isOpen) return
    await wait(1000)
  }
  throw obstacle('网络恢复之后仍然连不上服务器')
}

function isConnected(bench: Bench, heard: readonly Status[]): void {
  const away = heard.find(({ networkType }) => isOffline(networkType))?.isConnected
  const here = heard.find(({ networkType }) => networkType && !isOffline(networkType))?.isConnected
  if (away === undefined || here === undefined) return bench.unknown('isConnected', '没有收到断网和恢复两次事件')
  bench.find('isConnected', away === here ? away : 'true', { away, here })
}

export const lost: Step = {
  id: 'lost',
  title: '断网',
  does: '打开飞行模式，再关掉：看手机怎么说，断开的连接有没有事件。',
  finds: ['networkLoss', 'networkEvents', 'offlineType', 'isConnected'],
  async run(bench) {
    const socket = await open(bench, { life: 120_000 })
    const status = listen()
    try {
      if ((await bench.person({ kind: 'flight-mode', on: true })) === 'skipped') throw obstacle('这一步被跳过')
      const loss = await fate(bench, socket)
      const told = status.heard.map(({ networkType }) => networkType).find(isOffline)
      const asked = await typeNow()
      const type = told ?? asked
      if (loss === 'survives') throw obstacle('连接还通着，网络没有真的断开')
      bench.find('networkLoss', loss)
      if (isOffline(type)) bench.find('offlineType', type)
      else bench.unknown('offlineType', `断网之后网络类型仍是 ${type ?? '（无）'}`)

      const offline = dial(bench, { life: 5000 })
      await offline.ends(3000)
      const texts = bench.found('failureTexts') as Record<string, Json> | undefined
      const text = textOf(failureOf(offline))
      if (text && !offline.heard('open')) bench.find('failureTexts', { ...texts, transport: text })
      await release(offline)
    } finally {
      await bench.person({ kind: 'flight-mode', on: false })
      await backOnline(bench)
      bench.find('networkEvents', status.heard.length > 0)
      isConnected(bench, status.heard)
      status.stop()
      await release(socket)
    }
  },
}

export const moved: Step = {
  id: 'moved',
  title: '从 Wi-Fi 换到移动数据（可跳过）',
  does: '关掉 Wi-Fi，只用移动数据，再换回来：看原来的连接怎么样。没有移动数据可以跳过。',
  finds: ['networkSwitch', 'networkEnd'],
  async run(bench) {
    const before = await typeNow()
    const socket = await open(bench, { life: 120_000 })
    const status = listen()
    try {
      if ((await bench.person({ kind: 'mobile-data', on: true })) === 'skipped') throw obstacle('这一步被跳过')
      const what = await fate(bench, socket)
      const after = status.heard[status.heard.length - 1]?.networkType ?? (await typeNow())
      if (after === before && what === 'survives') throw obstacle(`网络类型没有变，仍是 ${String(after)}`)
      bench.find('networkSwitch', what, { before: before ?? null, after: after ?? null })
      if (bench.found('networkEnd') === undefined) bench.unknown('networkEnd', '网络变化没有结束任何连接')
    } finally {
      status.stop()
      await bench.person({ kind: 'mobile-data', on: false })
      await backOnline(bench)
      await release(socket)
    }
  },
}

// 「弄坏它」: a minute in which the demo is typed on, cut, killed and hidden, told step by step, and ends on the account.
import type { Device } from './device'
import { createHand, until } from './hand'

export interface Tour {
  readonly first: Device
  readonly second: Device
  say(step: number, of: number, text: string): void
  restartServer(): Promise<void>
  /** Messages that are still to come. */
  underway(): number
  /** 1: a minute. Less: faster, for a test. */
  readonly pace: number
}

/** Resolves at the end; rejects when it was stopped, or when the phones do not play along. */
export async function runTour(
  { first, second, say, restartServer, underway, pace }: Tour,
  signal: AbortSignal,
): Promise<void> {
  const letter = 45 * pace
  const [a, b] = [createHand(first, signal, letter), createHand(second, signal, letter)]
  const rest = async (seconds: number) => {
    const end = Date.now() + seconds * 1000
    await until(() => Date.now() >= end, signal, seconds * 1000 + 60_000)
  }
  const read = () => rest(3 * pace)
  const state = (device: Device, wanted: string) => until(() => device.handle()?.phone.state === wanted, signal)

  const steps: readonly (readonly [text: string, run: () => Promise<void>])[] = [
    ['两部手机登录，打开聊天。', async () => {
      await Promise.all([a.openChat(second.name), b.openChat(first.name)])
    }],
    ['先正常聊两句。下面的箭头就是这两条消息：手机 → 服务器 → 手机。', async () => {
      await a.type('在吗？')
      await b.type('在的')
      await read()
    }],
    [`切断 ${first.name} 的链路：连接已死，微信却没有通知任何人。这时候发两条。`, async () => {
      first.cut()
      await a.type('链路断了，这条还能到吗')
      await a.type('还有这条')
      await rest(4 * pace)
    }],
    [`${second.name} 进电梯，没有网络了。${first.name} 照样发，消息在服务器上等。`, async () => {
      second.setNetwork('none')
      await a.type('你在电梯里吧')
      await b.type('没信号也能写，出来再发')
      await rest(3 * pace)
      second.setNetwork('4g')
      await read()
    }],
    [`${second.name} 按了 Home 键。五秒后微信挂起小程序，切断连接。`, async () => {
      second.handle()?.home()
      await state(second, 'suspended')
      await a.type('你切到后台了？')
      await read()
      second.handle()?.launch()
      await read()
    }],
    [`${first.name} 断网写一条，接着小程序被系统杀掉，再打开。`, async () => {
      first.setNetwork('none')
      await a.type('被杀之前写的')
      await rest(1)
      const dead = first.handle()?.phone
        first.handle()?.kill()
      await read()
      first.handle()?.launch()
        await until(() => first.handle() && first.handle()?.phone !== dead, signal)
      await a.openChat(second.name)
      await read()
    }],
    ['重启服务器，两边同时在写。', async () => {
      const restarted = restartServer()
      await Promise.all([a.type('服务器重启时发的'), b.type('我也是')])
      await restarted
    }],
    ['等所有消息各就各位。', async () => {
      await until(() => underway() === 0, signal, 60_000)
      await read()
    }],
  ] // prettier-ignore
  for (const [index, [text, run]] of steps.entries()) {
    say(index + 1, steps.length, text)
    await run()
  }
}

// How many sockets a phone really gives, how it refuses one more, and when a slot that was given back counts as free.
import { type Bench, type Step, wait } from '../bench'
import { obstacle, textOf } from '../finding'
import { close, dial, failureOf, isOver, open, release, roundTrip, type Socket } from '../socket'

const MOST = 8
/** How exactly the release of a slot is measured, and for how long it is waited for. */
const TURN = 25
const PATIENCE = 5000

/** Of one socket too many: the ways in which it was told. */
async function refused(bench: Bench, socket: Socket): Promise<void> {
  await wait(500)
  const [fail, error] = [socket.heard('fail'), socket.heard('error')]
  if (fail || error) bench.find('refusal', fail && error ? 'both' : fail ? 'fail' : 'onError')
  else bench.unknown('refusal', '多出来的连接没有任何事件')
  if (fail) bench.find('refusedTask', socket.given === undefined || socket.given === null ? 'undefined' : 'dead')
  else bench.unknown('refusedTask', '拒绝由任务的 onError 告知，这时总要给一个任务')
  bench.fact('limitText', textOf(failureOf(socket)))
  const numbered = [fail, error].some(
    (told) => typeof (told?.result as { errno?: unknown } | undefined)?.errno === 'number',
  )
  if (numbered) bench.find('socketErrno', true)
}

async function releaseOf(bench: Bench, socket: Socket): Promise<void> {
  const trip = (await roundTrip(socket)) ?? 0
  const started = Date.now()
  const { how, result } = await close(socket, { code: 1000, reason: 'probe' })
  if (how === 'failed') throw obstacle(`close 失败：${textOf(result)}`)
  for (;;) {
    const at = Date.now()
    const next = dial(bench, { life: 4000 })
    await next.until(() => next.heard('open') !== undefined || isOver(next), 1500)
    if (!isOver(next)) {
      const delay = at - started - trip
      bench.find('slotReleaseDelay', delay <= TURN ? 0 : delay, { trip })
      return release(next)
    }
    if (Date.now() - started > PATIENCE) {
      bench.unknown('slotReleaseDelay', `关闭 ${PATIENCE / 1000} 秒之后名额仍未空出`)
      return release(next)
    }
    await wait(TURN)
  }
}

export const budget: Step = {
  id: 'budget',
  title: '最多几条连接',
  does: '一条接一条地连，直到手机拒绝；再关掉一条，看名额多久空出来。约 15 秒，不用操作。',
  finds: ['maxSockets', 'refusal', 'refusedTask', 'slotReleaseDelay', 'socketErrno'],
  async run(bench) {
    const held: Socket[] = [await open(bench, { life: 25_000 })]
    try {
      let extra: Socket | undefined
      while (held.length < MOST && !extra) {
        const next = dial(bench, { life: 25_000 })
        await next.until(() => next.heard('open') !== undefined || isOver(next), 4000)
        if (next.heard('open')) held.push(next)
        else extra = next
      }
      bench.find('maxSockets', held.length, extra ? textOf(failureOf(extra)) : `连到第 ${MOST} 条仍未拒绝，没有再试`)
      if (!extra) throw obstacle(`${MOST} 条都给了，没有遇到拒绝`)
      await refused(bench, extra)
      await releaseOf(bench, held.pop()!)
    } finally {
      await release(...held)
    }
  },
}

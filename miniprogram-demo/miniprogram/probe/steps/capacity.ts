// How large a message and how many a second: bounds that no document gives.
import { type Step, wait } from '../bench'
import { exchange, open, release } from '../socket'

const COUNT = 200
const SIZES = [64, 256, 1024, 4096].map((kilobytes) => kilobytes * 1024)

export const capacity: Step = {
  id: 'capacity',
  title: '大小与速度',
  does: `连发 ${COUNT} 条短消息，再发几条越来越大的（最大 4 MB），数回来多少。约 20 秒，不用操作；最好连着 Wi-Fi。`,
  finds: [],
  async run(bench) {
    const fast = await open(bench, { life: 30_000 })
    const started = Date.now()
    let failed = 0
    for (let i = 0; i < COUNT; i++) fast.task?.send({ data: `n${i}`, fail: () => failed++ })
    const sent = Date.now()
    const back = () =>
      fast.told.filter(
        ({ what, result }) =>
          what === 'message' && /^n\d/.test(String((result as { data?: unknown } | undefined)?.data)),
      )
    await fast.until(() => back().length + failed >= COUNT, 20_000)
    const echoes = back()
    const took = (echoes[echoes.length - 1]?.at ?? started) - started
    bench.fact('rate', { sent: COUNT, echoed: echoes.length, failed, callsTookMs: sent - started, tookMs: took })
    await release(fast)

    const largest: Record<string, boolean> = {}
    for (const size of SIZES) {
      const socket = await open(bench, { life: 15_000 })
      const isSame = (data: unknown) => (data as { byteLength?: number } | undefined)?.byteLength === size
      const answer = await exchange(socket, new ArrayBuffer(size), isSame, 8000)
      largest[`${size / 1024} KB`] = answer !== undefined
      await release(socket)
      if (!answer) break
      await wait(50)
    }
    bench.fact('messageSizes', largest)
  },
}

// Files and storage: what fits, what a write costs, and what is left of a write when the app dies in the middle of it.
import { asked, type Bench, type Step } from '../bench'
import { obstacle, textOf } from '../finding'

const MEGABYTE = 1024 * 1024
const MOST = 260
const TORN = 'torn.bin'
const TORN_SIZE = MEGABYTE

const files = () => wx.getFileSystemManager()
const folder = () => `${wx.env.USER_DATA_PATH}/probe`
const at = (name: string) => `${folder()}/${name}`

const write = (name: string, data: string | ArrayBuffer) =>
  asked((callbacks) => files().writeFile({ filePath: at(name), data, ...callbacks }), 20_000)

/** Whatever an earlier run left. */
function tidy(): void {
  try {
    files().rmdirSync(folder(), true)
  } catch {
    // It was not there.
  }
}

function prepare(bench: Bench): void {
  tidy()
  try {
    files().mkdirSync(folder(), true)
    files().writeFileSync(at('first.txt'), 'probe', 'utf8')
    bench.find('diskBroken', false)
  } catch (error) {
    bench.find('diskBroken', true, String(error))
    throw obstacle(`写不了文件：${String(error)}`)
  }
}

async function small(bench: Bench): Promise<void> {
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const started = Date.now()
    await write('small.txt', 'probe')
    times.push(Date.now() - started)
  }
  bench.find('fileDelay', times.sort((a, b) => a - b)[2]!)
  const append = await asked((callbacks) =>
    files().appendFile({ filePath: at('absent.txt'), data: 'probe', encoding: 'utf8', ...callbacks }),
  )
  bench.find('appendCreates', append.how === 'ok', textOf(append.result))
}

/** Fills the phone's quota in steps of ten, then of one megabyte, and gives everything back. */
async function quota(bench: Bench): Promise<void> {
  let written = 0
  let text = ''
  for (const size of [10, 1]) {
    const data = new ArrayBuffer(size * MEGABYTE)
    while (written < MOST) {
      const { how, result } = await write(`block-${written}-${size}.bin`, data)
      if (how !== 'ok') {
        text = textOf(result)
        break
      }
      written += size
    }
  }
  if (written >= MOST) bench.find('diskQuota', 'Infinity', `写到 ${written} MB 仍未拒绝`)
  else bench.find('diskQuota', written * MEGABYTE, text)
}

function storage(bench: Bench): void {
  const key = 'probe-size'
  const fits = (name: string, kilobytes: number): boolean => {
    try {
      wx.setStorageSync(name, 'x'.repeat(kilobytes * 1024 - 2))
      return true
    } catch {
      return false
    }
  }
  if (!fits(key, 1)) {
    bench.find('storageBroken', true)
    return
  }
  bench.find('storageBroken', false)
  const one = [512, 1024, 1536, 2048, 4096].filter((kilobytes) => fits(key, kilobytes))
  wx.removeStorageSync(key)
  let total = 0
  while (total < 24 && fits(`${key}-${total}`, 512)) total++
  for (let i = 0; i < total; i++) wx.removeStorageSync(`${key}-${i}`)
  bench.fact('storage', { oneKeyKB: one[one.length - 1] ?? 0, allKB: total * 512 })
}

export const disk: Step = {
  id: 'disk',
  title: '文件与缓存',
  does: '写满小程序自己的空间（约 200 MB）再全部删掉，量出上限和速度。约 1 分钟，不用操作。',
  finds: ['storageBroken', 'diskBroken', 'fileDelay', 'appendCreates', 'diskQuota'],
  async run(bench) {
    storage(bench)
    prepare(bench)
    try {
      await small(bench)
      await quota(bench)
    } finally {
      tidy()
    }
  },
}

export const killed: Step = {
  id: 'killed',
  title: '写文件时被结束（可跳过）',
  does: '一直写同一个文件，请在这时从最近任务里划掉微信，再打开小程序回到这里：看文件有没有写坏。',
  finds: ['tornWrites'],
  async run(bench) {
    if (bench.found('diskBroken') === true) throw obstacle('写不了文件')
    prepare(bench)
    await write(TORN, new ArrayBuffer(TORN_SIZE))
    if (!bench.keep({ size: TORN_SIZE })) throw obstacle('这部手机存不下东西，被结束之后无法继续')
    let over = false
    const data = new ArrayBuffer(TORN_SIZE)
    const again = (): void => {
      if (!over) files().writeFile({ filePath: at(TORN), data, complete: again })
    }
    again()
    await bench.person({ kind: 'kill' })
    over = true
    tidy()
    throw obstacle('小程序没有被结束')
  },
  async resume(bench) {
    const { how, result } = await asked((callbacks) => files().stat({ path: at(TORN), ...callbacks }))
    const size = (result as { stats?: { size?: number } } | undefined)?.stats?.size
    tidy()
    if (how !== 'ok' || size === undefined) bench.unknown('tornWrites', `文件不见了：${textOf(result)}`)
    else bench.find('tornWrites', size !== TORN_SIZE, { size, of: TORN_SIZE })
  },
}

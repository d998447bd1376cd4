// Logs into the report: whatever somebody attaches to a ticket becomes a page, of bounded size, in bounded time.
import { renderReport } from '../../../report/render'
import { chanceOf } from '../random'
import type { Target } from './fuzz'
import { mutateBytes, mutateJson } from './mutate'
import { createWorld } from './world'

/** The log of a phone that has lived through something. */
async function logOf(file: string): Promise<string> {
  const world = createWorld(chanceOf(1), file)
  const { phone, clock, broker } = world
  world.sdk.logger.setLevel('TRACE')
  await world.well()
  for (const trouble of [
    () => phone.network.set('none'),
    () => phone.network.set('wifi'),
    () => phone.hide(),
    () => phone.show(),
    () => broker.kick('alice', 0x8b),
    () => broker.crash(),
    () => broker.restart(),
    () => phone.network.cutSilently(),
  ]) {
    trouble()
    await clock.advance(70_000)
  }
  await world.well()
  let text = ''
  await world.settled(
    'logger.export()',
    world.sdk.logger.export().then((exported) => (text = exported)),
  )
  await world.stop()
  return text
}

let log: Promise<string> | undefined

export const reports: Target = {
  name: 'reports',
  what: 'log files, turned into a report',
  async begin(_, file) {
    const lines = (await (log ??= logOf(file))).split('\n')
    return {
      feed(chance) {
        const count = chance.between(1, 4)
        const texts = Array.from({ length: count }, (_unused, n) => {
          const from = chance.below(lines.length)
          let kept = lines.slice(from, from + chance.between(1, 200))
          if (chance.yes(0.7))
            kept = kept.map((line) => {
              if (!line || chance.yes(0.9)) return line
              try {
                return mutateJson(chance, JSON.parse(line) as unknown)
              } catch {
                return line
              }
            })
          let text = kept.join(chance.one(['\n', '\n', '\r\n', '\n\n']))
          if (chance.yes(0.5)) text = Buffer.from(mutateBytes(chance, Buffer.from(text))).toString()
          return { name: chance.one(['a.ndjson', '', '<script>', `${n}`]), text }
        })
        const size = texts.reduce((sum, { text }) => sum + text.length, 0)
        const page = renderReport(texts, { lang: chance.one(['zh', 'en']) })
        if (page.length > 20 * size + 2 ** 20) throw new Error(`${size} characters became a page of ${page.length}`)
      },
      end: () => undefined,
    }
  },
}

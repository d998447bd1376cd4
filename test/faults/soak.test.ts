// Days of bad networks, kills and restarts in seconds: nothing acknowledged is lost, nothing arrives twice, order holds.
import { firstSeed, record, seconds } from './record'
import { soak, type SoakResult } from './soak'

const budget = seconds(10, 120) * 1000

it(
  'loses, doubles and disorders nothing, and keeps every promise, in simulated days of faults',
  async () => {
    const end = Date.now() + budget
    const results: SoakResult[] = []
    // A seed lives for two simulated days, or as long as there is time.
    for (let seed = firstSeed(); results.length === 0 || Date.now() < end; seed++) {
      const result = await soak(seed, (hours) => hours >= 48 || Date.now() > end)
      results.push(result)
      const { lost, doubled, disordered, broken } = result
      expect({ seed, lost, doubled, disordered, broken }).toEqual({
        seed,
        lost: [],
        doubled: [],
        disordered: [],
        broken: [],
      })
    }
    record(
      'soak',
      results.map(({ broken: _, ...figures }) => figures),
    )
    const sum = (of: (result: SoakResult) => number) => results.reduce((total, result) => total + of(result), 0)
    process.stderr.write(
      `soak: seeds ${results.map(({ seed }) => seed).join(', ')}; ${sum(({ hours }) => hours).toFixed(0)} simulated hours, ${sum(({ acknowledged }) => acknowledged)} messages, ${sum(({ faults }) => Object.values(faults).reduce((all, one) => all + one, 0))} faults\n`,
    )
  },
  budget + 120_000,
)

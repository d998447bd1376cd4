// npm run faults -- soak | real | fuzz | parsers | server | all [--seconds N] [--seed N] [--only NAME] [--record]: runs long what the
// tests run short, and writes what docs/reliability.md states. Each failure prints the seed that plays it again.
import { parseArgs } from 'node:util'
import { runs } from './runs'
import { writeResult } from './document/results'

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '120' },
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '2' },
      only: { type: 'string' },
      record: { type: 'boolean', default: false },
    },
  })
  const names = positionals.length === 0 || positionals.includes('all') ? Object.keys(runs) : positionals
  for (const name of names) {
    const run = runs[name]
    if (!run) throw new Error(`there is no ${name}; there are ${Object.keys(runs).join(', ')}`)
    const result = await run({
      seconds: Number(values.seconds),
      seed: Number(values.seed),
      days: Number(values.days),
      only: values.only,
      say: (line) => void process.stdout.write(`${line}\n`),
    })
    if (values.record) writeResult(name, result)
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)

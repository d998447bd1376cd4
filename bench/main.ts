// npm run bench [-- NAME...] [--quick]: measures, keeps the data in bench/results, and writes docs/benchmarks.md and its Chinese
// twin from it.
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { mkdirSync, writeFileSync } from 'node:fs'
import { ALL } from './all'
import { verdict } from './benchmark'
import { commit } from './measure/commit'
import { installPeers, ROOT } from './peers'
import { writePages } from './page'

const machine = (): string => {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim() ?? process.arch}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}, Node ${process.version}`
}

const usage = () => `npm run bench [-- NAME...] [--quick]

Measures, keeps the figures in bench/results and writes docs/benchmarks.md from them; without a name everything, which takes
an hour and a quiet machine. --quick shows in minutes that all of it works, and leaves the documents alone.

${ALL.map(({ name, titles }) => `  ${name.padEnd(12)}${titles.en}`).join('\n')}
  ${'page'.padEnd(12)}only writes the pages again
`

const main = async (args: readonly string[]): Promise<void> => {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage())
    return
  }
  const quick = args.includes('--quick')
  const names = args.filter((arg) => !arg.startsWith('-'))
  const unknown = names.filter((name) => name !== 'page' && !ALL.some((benchmark) => benchmark.name === name))
  if (unknown.length > 0)
    throw new Error(
      `no benchmark is called ${unknown.join(', ')}; there are: ${ALL.map(({ name }) => name).join(', ')}, page`,
    )
  // Quick runs show that everything works; their figures go nowhere near the documents.
  const results = join(ROOT, quick ? 'artifacts/bench/results' : 'bench/results')
  mkdirSync(results, { recursive: true })

  const chosen = names.length === 0 ? ALL : ALL.filter(({ name }) => names.includes(name))
  if (chosen.length > 0) installPeers()
  for (const benchmark of chosen) {
    const started = Date.now()
    process.stdout.write(`${benchmark.name} ... `)
    const data: unknown = await benchmark.measure(quick ? 'quick' : 'full')
    const result = { name: benchmark.name, machine: machine(), commit: commit(), data }
    writeFileSync(
      join(results, `${benchmark.name}.json`),
      `${JSON.stringify(result, (_, value: unknown) => (value === Infinity ? 'Infinity' : value), 1)}\n`,
    )
    console.log(`${((Date.now() - started) / 1000).toFixed(0)} s`)
    for (const one of benchmark.tell(data, 'en').targets)
      console.log(`  ${verdict(one).padEnd(12)}  ${one.what}: ${one.value} (${one.kind} ${one.limit})`)
  }
  const page = quick ? join(ROOT, 'artifacts/bench') : join(ROOT, 'docs')
  writePages(results, page)
  console.log(`written: ${join(page, 'benchmarks.md')} and its Chinese twin`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})

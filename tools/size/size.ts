// What ships weighs what size-budget.json says. `npm run size` shows it, `npm run size -- --write` writes it down, in the changelog too.
import { readdirSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { bundle } from './bundle'
import { inRoot, manifest, read, shippedFiles } from '../project'

export interface Size {
  readonly min: number
  readonly gzip: number
}
export type Sizes = Readonly<Record<string, Size>>
export interface Budget {
  /** How far below its budget a size may be before the budget has to follow. */
  readonly slack: Size
  /** gzip bytes that were hoped for; printed, and reached or not (docs/decisions/0020). */
  readonly goals: Readonly<Record<string, number>>
  /** gzip bytes that no budget may exceed. */
  readonly ceilings: Readonly<Record<string, number>>
  readonly files: Sizes
}

export const readBudget = () => JSON.parse(read('size-budget.json')) as Budget

export const sizeOf = (code: string): Size => ({
  min: Buffer.byteLength(code),
  gzip: gzipSync(code, { level: 9 }).length,
})

/** The shipped files, and the codec alone (its errors belong to everybody). */
export async function measure(): Promise<Sizes> {
  const shipped = Object.entries(shippedFiles()).map(
    ([name, code]) => [`miniprogram_dist/${name}`, sizeOf(code)] as const,
  )
  const folder = inRoot('src/mqtt/codec')
  const codec = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const { code } = await bundle(
    codec.map((name) => `${folder}/${name}`),
    [/\/errors\//],
  )
  return { ...Object.fromEntries(shipped), codec: sizeOf(code) }
}

/** Everything where sizes and budget disagree, in words; empty when they agree. */
export function disagreements({ slack, ceilings, files }: Budget, sizes: Sizes): string[] {
  const found: string[] = []
  for (const name of Object.keys(files)) if (!sizes[name]) found.push(`${name} is in the budget but not in the build`)
  for (const [name, size] of Object.entries(sizes)) {
    const budget = files[name]
    if (!budget) {
      found.push(`${name} has no budget`)
      continue
    }
    for (const unit of ['min', 'gzip'] as const) {
      const [is, may] = [size[unit], budget[unit]]
      if (is > may) found.push(`${name} grew to ${is} bytes ${unit}, the budget is ${may}`)
      if (is < may - slack[unit]) found.push(`${name} shrank to ${is} bytes ${unit}, lower its budget of ${may}`)
    }
    const ceiling = ceilings[name]
    if (ceiling !== undefined && budget.gzip > ceiling) found.push(`${name} may never exceed ${ceiling} bytes gzip`)
  }
  return found
}

/** The next budget: each size rounded up to half the slack, so that another machine's zlib does not matter. */
export function budgetFor({ slack, goals, ceilings }: Budget, sizes: Sizes): Budget {
  const up = (size: number, slack: number) => (Math.floor(size / (slack / 2)) + 1) * (slack / 2)
  const files = Object.entries(sizes).map(([name, { min, gzip }]) => {
    const ceiling = ceilings[name] ?? Infinity
    const budget = Math.min(up(gzip, slack.gzip), Math.max(gzip, ceiling))
    return [name, { min: up(min, slack.min), gzip: budget }]
  })
  return { slack, goals, ceilings, files: Object.fromEntries(files) as Sizes }
}

/** The changelog with the size of a version in its table. */
export const withSize = (changelog: string, version: string, { min, gzip }: Size) =>
  changelog.replace(
    new RegExp(`^\\| ${version.replaceAll('.', '\\.')} \\|.*$`, 'm'),
    `| ${version} | ${min.toLocaleString('en')} | ${gzip.toLocaleString('en')} |`,
  )

async function main(): Promise<void> {
  const sizes = await measure()
  const budget = readBudget()
  for (const [name, { min, gzip }] of Object.entries(sizes))
    process.stdout.write(`${name.padEnd(32)}${String(min).padStart(8)} min${String(gzip).padStart(8)} gzip\n`)
  const written = process.argv.includes('--write') ? budgetFor(budget, sizes) : budget
  if (written !== budget) {
    writeFileSync(inRoot('size-budget.json'), JSON.stringify(written, null, 2) + '\n')
    writeFileSync(
      inRoot('CHANGELOG.md'),
      withSize(read('CHANGELOG.md'), manifest.version, written.files['miniprogram_dist/index.js']!),
    )
  }
  for (const [name, goal] of Object.entries(written.goals)) {
    const above = (sizes[name]?.gzip ?? 0) - goal
    process.stdout.write(`${name}: ${above > 0 ? `${above} bytes above` : 'reaches'} its goal of ${goal} gzip\n`)
  }
  const found = disagreements(written, sizes)
  for (const line of found) process.stderr.write(`${line}\n`)
  if (found.length > 0) process.exitCode = 1
}

if (require.main === module) void main()

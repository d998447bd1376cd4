// `npm run simulator:profile FILE [TO]`: checks the file of the probe, and writes the profile that it makes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { profileOf, UnusableFile, written } from './profile'

/** A file's name of a phone's. */
const plain = (name: string) =>
  name
    .replace(/[^\w.]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase() || 'phone'

function main([file, to]: readonly string[]): number {
  if (file === undefined) {
    console.error("npm run simulator:profile -- FILE [TO]: FILE is what the demo's 真机探测 shared (docs/probe.md)")
    return 1
  }
  try {
    const { profile, unknown, leftOut } = profileOf(readFileSync(file, 'utf8'))
    const target = to ?? join('artifacts/profiles', `${plain(profile.name)}.json`)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, written(profile))
    const reasons = Object.entries(unknown).map(([name, reason]) => `  ${name}: ${reason}\n`)
    console.log(
      `${profile.name}: ${Object.keys(profile.quirks).length} switches, as ${profile.base} where nothing was found`,
    )
    if (reasons.length > 0) console.log(`not found:\n${reasons.join('')}`)
    if (leftOut.length > 0) console.log(`left out, since nothing works under them: ${leftOut.join(', ')}\n`)
    console.log(`${target}\n\nThe tests under it: SIMULATOR_PROFILE=${target} npm test`)
    return 0
  } catch (error) {
    const problems = error instanceof UnusableFile ? error.problems : [(error as Error).message]
    for (const problem of problems) console.error(`${file}: ${problem}`)
    return 1
  }
}

process.exitCode = main(process.argv.slice(2))

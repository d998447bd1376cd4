// Turns the file of the probe into a profile of the simulator, and reads such a profile; names everything that is wrong with a file.
import type { FoundProfile } from '../core/found-profile'
import { type Profile, type Quirks, quirksOf } from '../core/quirks'
import { checks, fromJson, isSwitch, toJson } from './values'

/** A file that cannot be used; `problems` says each reason. */
export class UnusableFile extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

export interface Turned {
  readonly profile: FoundProfile
  /** What was not found, and why; the profile has the base's value there. */
  readonly unknown: Readonly<Record<string, string>>
  /** What was found and is an accident of that day rather than a trait of the phone. */
  readonly leftOut: readonly string[]
}

type Finding = { readonly value: unknown } | { readonly unknown: string }
type Fields = Record<string, unknown>

/** Found of a phone on which nothing works: a suite that runs under it says nothing. */
const ACCIDENTS: readonly (keyof Quirks)[] = [
  'handshake',
  'sendFailure',
  'closeFailure',
  'diskBroken',
  'storageBroken',
  'networkAnswer',
]
/** Found, too, but no switches; `destroyAfter` is known within bounds only. */
const BESIDE = ['maxSockets', 'promise', 'skewMs', 'without', 'destroyAfter']

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UnusableFile([`not JSON: ${(error as Error).message}`])
  }
  if (!isObject(value)) throw new UnusableFile(['not an object'])
  return value
}

const platforms: Readonly<Record<string, Profile>> = {
  android: 'android',
  ohos: 'android',
  ios: 'ios',
  windows: 'pc',
  mac: 'pc',
  devtools: 'devtools',
}

const isFinding = (value: unknown): value is Finding =>
  isObject(value) &&
  'value' in value !== 'unknown' in value &&
  (!('unknown' in value) || typeof value.unknown === 'string')

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1
const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string')

/** Within the bounds that were found, as near to what is usual as they allow. */
function destroyAfter(bounds: Fields, usual: number, bad: (problem: string) => void): number {
  const { atLeast = 0, atMost = Infinity } = bounds
  if (typeof atLeast !== 'number' || typeof atMost !== 'number' || atLeast > atMost) {
    bad(`destroyAfter: ${JSON.stringify(bounds)} are no bounds`)
    return usual
  }
  return Math.min(Math.max(usual, atLeast), atMost)
}

/** Of the text of a file that the probe has written. */
export function profileOf(text: string): Turned {
  const file = parse(text)
  if (file.what !== 'miniprogram-im probe')
    throw new UnusableFile(['not a file of the probe: "what" is not "miniprogram-im probe"'])
  if (file.format !== 1) throw new UnusableFile([`format ${JSON.stringify(file.format)}: only 1 is known here`])
  const problems: string[] = []
  const bad = (problem: string) => void problems.push(problem)
  const findings = isObject(file.findings) ? file.findings : {}
  const device = isObject(file.facts) && isObject(file.facts.device) ? file.facts.device : {}
  if (!isObject(file.findings)) bad('findings: missing')
  const platform = String(device.platform)
  const base = platforms[platform] ?? 'android'
  if (!(platform in platforms))
    bad(`facts.device.platform: ${platform} is none of ${Object.keys(platforms).join(', ')}`)
  if (file.complete !== true) bad('complete: the probe was not taken to its end')

  const quirks: Fields = {}
  const unknown: Record<string, string> = {}
  const leftOut: string[] = []
  const beside: Fields = {}
  for (const [name, finding] of Object.entries(findings)) {
    if (!isSwitch(name) && !BESIDE.includes(name)) bad(`findings.${name}: no switch of the simulator is called so`)
    else if (!isFinding(finding)) bad(`findings.${name}: neither a value nor a reason`)
    else if ('unknown' in finding) unknown[name] = finding.unknown
    else if (BESIDE.includes(name)) beside[name] = finding.value
    else if (isSwitch(name)) {
      const value = fromJson(finding.value)
      if (!checks[name](value)) bad(`findings.${name}: ${JSON.stringify(finding.value)} is no value of it`)
      else if (!ACCIDENTS.includes(name)) quirks[name] = value
      else if (JSON.stringify(value) !== JSON.stringify(quirksOf(base)[name])) leftOut.push(name)
    }
  }
  for (const name of Object.keys(checks))
    if (!(name in findings)) bad(`findings.${name}: missing; this file is of another version of the probe`)

  if (isObject(beside.destroyAfter))
    quirks.destroyAfter = destroyAfter(beside.destroyAfter, quirksOf(base).destroyAfter, bad)
  else if (beside.destroyAfter !== undefined) bad('findings.destroyAfter: no bounds')
  const { maxSockets, without = [] } = beside
  if (maxSockets !== undefined && !isCount(maxSockets)) bad('findings.maxSockets: no count of sockets')
  if (!isNames(without)) bad('findings.without: no list of names')
  if (problems.length > 0) throw new UnusableFile(problems)

  const name = ['brand', 'model', 'system', 'version', 'SDKVersion']
    .map((part) => device[part])
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ')
  const profile = { name, base, maxSockets: maxSockets as number | undefined, without: without as string[], quirks }
  return { profile, unknown, leftOut }
}

/** As it is kept in a file. */
export const written = ({ name, base, maxSockets, without, quirks }: FoundProfile): string =>
  JSON.stringify(
    {
      what: 'miniprogram-im profile',
      format: 1,
      name,
      base,
      maxSockets: toJson(maxSockets),
      without,
      quirks: Object.fromEntries(Object.entries(quirks).map(([key, value]) => [key, toJson(value)])),
    },
    null,
    2,
  ) + '\n'

/** Of the text of a file that `written` made. */
export function readProfile(text: string): FoundProfile {
  const { what, format, name, base, maxSockets, without, quirks } = parse(text)
  if (what !== 'miniprogram-im profile' || format !== 1)
    throw new UnusableFile([
      'not a profile of the simulator: npm run simulator:profile makes one of the file of the probe',
    ])
  const problems: string[] = []
  if (typeof name !== 'string') problems.push('name: missing')
  if (!['android', 'ios', 'pc', 'devtools'].includes(String(base))) problems.push(`base: no profile ${String(base)}`)
  if (maxSockets !== null && !isCount(maxSockets)) problems.push('maxSockets: no count of sockets')
  if (!isNames(without)) problems.push('without: no list of names')
  if (!isObject(quirks)) problems.push('quirks: missing')
  const values = Object.entries(isObject(quirks) ? quirks : {}).map(([key, value]) => [key, fromJson(value)] as const)
  for (const [key, value] of values)
    if (!isSwitch(key)) problems.push(`quirks.${key}: no switch of the simulator is called so`)
    else if (!checks[key](value)) problems.push(`quirks.${key}: ${JSON.stringify(value)} is no value of it`)
  if (problems.length > 0) throw new UnusableFile(problems)
  return {
    name: name as string,
    base: base as Profile,
    maxSockets: fromJson(maxSockets) as number | undefined,
    without: without as string[],
    quirks: Object.fromEntries(values),
  }
}

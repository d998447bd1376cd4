// The packets of mqtt-packet's own test, taken out of its published package: whoever wrote them never saw our codec.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import type { Packet } from 'mqtt-packet'

export interface TheirFixture {
  readonly name: string
  readonly packet: Packet
  readonly bytes: Buffer
  readonly version: 4 | 5
}

export interface TheirFixtures {
  /** What they read and write. */
  readonly good: readonly TheirFixture[]
  /** What they refuse to read. */
  readonly bad: readonly { readonly name: string; readonly bytes: Buffer; readonly version: 4 | 5 }[]
}

type Options = { readonly protocolVersion?: number } | undefined

export function readTheirFixtures(): TheirFixtures {
  const file = require.resolve('mqtt-packet/test.js')
  const load = createRequire(file)
  const good: TheirFixture[] = []
  const bad: TheirFixtures['bad'][number][] = []
  const versionOf = (options: Options): 4 | 5 => (options?.protocolVersion === 5 ? 5 : 4)
  const take = (name: string, packet: Packet, bytes: Buffer, options: Options): void =>
    void good.push({ name, packet, bytes, version: versionOf(options) })
  const nothing = (): void => undefined
  // Their functions that run a fixture give way to ours, which only note it; the fixtures themselves stay as they are.
  const source = readFileSync(file, 'utf8').replace(/^function (test\w+)/gm, 'function replaced_$1')
  runInNewContext(source, {
    require: (name: string): unknown => (name === 'tape' ? nothing : load(name)),
    Buffer,
    process,
    console,
    testParseGenerate: take,
    testParseOnly: take,
    testParseAndGenerate: take,
    testParseGenerateDefaults: take,
    testGenerateError: nothing,
    testGenerateErrorMultipleCmds: nothing,
    testParseError: (_: string, bytes: Buffer, options: Options): void =>
      void bad.push({ name: `${_} (${bytes.toString('hex')})`, bytes, version: versionOf(options) }),
    testWriteToStreamError: nothing,
    testGenerateOnly: nothing,
  })
  return { good, bad }
}

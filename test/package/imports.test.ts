// The import rules catch what they are there for: circles (types too), wrong directions, strangers, dead files.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, inTemporaryFolder } from './project'

/** What the rules say about a project of these files: `rule: from → to`. */
const findings = (files: Record<string, string>) =>
  inTemporaryFolder((folder) => {
    for (const [name, content] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    copyFileSync(inRoot('.dependency-cruiser.cjs'), join(folder, 'rules.cjs'))
    const cruise = inRoot('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const folders = Object.keys(files).map((name) => name.split('/')[0]!)
    const { stdout } = spawnSync(
      process.execPath,
      [cruise, '--config', 'rules.cjs', '--output-type', 'json', ...new Set(folders)],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { rule: { name: string }; from: string; to: string }[] }
    }
    return summary.violations
      .map(({ rule, from, to }) => `${rule.name}: ${from}${from === to ? '' : ` → ${to}`}`)
      .sort()
  })

test('imports along the design are fine', async () => {
  const files = {
    'src/index.ts': 'export * from "./runtime/a"; export * from "./connection/options"',
    'src/connection/options.ts': 'export type O = 1',
    'src/runtime/a.ts': 'import type { R } from "../log/record"; export * from "../machine/b"; export type { R }',
    'src/log/record.ts': 'export type R = 1',
    'src/machine/b.ts': 'export * from "../errors/c"',
    'src/errors/c.ts': 'export const c = 1',
    'src/doors/nim.ts': 'export * from "../index"',
    'test/a.test.ts': 'import "../src/runtime/a"; import "node:fs"',
  }
  expect(await findings(files)).toEqual([])
})

test('circles, wrong directions, strangers and dead files are found, in types too', async () => {
  const files = {
    'src/index.ts': [
      './a',
      './c',
      './machine/a',
      './machine/b',
      './runtime/a',
      './log/ring',
      './wx/a',
      './utils/a',
      './mqtt/codec/a',
    ]
      .map((path) => `export * from "${path}"`)
      .join('\n'),
    'src/a.ts': 'import { b } from "./b"; export const a = () => b',
    'src/b.ts': 'import { a } from "./a"; export const b = () => a',
    'src/c.ts': 'import type { D } from "./d"; export type C = D[]',
    'src/d.ts': 'import type { C } from "./c"; export type D = C[]',
    'src/machine/a.ts': 'export * from "../wx/a"',
    'src/machine/b.ts': 'export type { W } from "../wx/a"',
    'src/wx/a.ts': 'import "node:fs"; import type { Packet } from "./none"; export type W = Packet',
    'src/runtime/a.ts': 'export * from "../log/ring"',
    'src/log/ring.ts': 'export const ring = 1',
    'src/mqtt/codec/a.ts': 'export type { P } from "../b"',
    'src/mqtt/b.ts': 'export type P = 1',
    'src/utils/a.ts': 'export * from "../errors/c"',
    'src/errors/c.ts': 'export const c = 1',
    'src/errors/dead.ts': 'export const dead = 1',
    'src/doors/nim.ts': 'export * from "../errors/c"',
    'simulator/core/a.ts': 'import "node:fs"',
    'server/a.ts': 'import type { P } from "../src/mqtt/b"; export type { P }',
  }
  expect(await findings(files)).toEqual([
    'doors-imports: src/doors/nim.ts → src/errors/c.ts',
    'everything-resolves: src/wx/a.ts → ./none',
    'folder-without-a-rule: src/utils/a.ts → src/errors/c.ts',
    'machine-imports: src/machine/a.ts → src/wx/a.ts',
    'machine-imports: src/machine/b.ts → src/wx/a.ts',
    'mqtt/codec-imports: src/mqtt/codec/a.ts → src/mqtt/b.ts',
    'no-circle: src/a.ts → src/b.ts',
    'no-circle: src/c.ts → src/d.ts',
    'nothing-unused-in-src: src/errors/dead.ts',
    'only-the-shipped-file: server/a.ts → src/mqtt/b.ts',
    'runtime-imports: src/runtime/a.ts → src/log/ring.ts',
    'sdk-stands-alone: src/wx/a.ts → ./none',
    'sdk-stands-alone: src/wx/a.ts → fs',
    'simulator-core-is-portable: simulator/core/a.ts → fs',
  ])
})

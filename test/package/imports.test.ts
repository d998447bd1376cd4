// The import rules catch what they are there for: circles (types too), wrong directions, strangers, dead files.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, inTemporaryFolder } from '../../tools/project'

const cruise = inRoot('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

/** What the rules say about a project of these files: `rule: from → to`. */
const findings = (files: Record<string, string>) =>
  inTemporaryFolder((folder) => {
    for (const [name, content] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    copyFileSync(inRoot('.dependency-cruiser.cjs'), join(folder, 'rules.cjs'))
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
    'test/a.test.ts': 'import "../src/runtime/a"; import "node:fs"; import "../tools/a"',
    'tools/a.ts': 'export * from "../src/machine/b"',
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
    'src/doors/nim.ts': 'export * from "../utils/a"',
    'simulator/core/a.ts': 'import "node:fs"',
    'server/a.ts': 'import type { P } from "../src/mqtt/b"; export type { P }',
    'start/a.ts': 'export type * from "../src/mqtt/b"',
    'tools/a.ts': 'export * from "../test/a"',
    'test/a.ts': 'export const a = 1',
  }
  expect(await findings(files)).toEqual([
    'doors-imports: src/doors/nim.ts → src/utils/a.ts',
    'everything-resolves: src/wx/a.ts → ./none',
    'folder-without-a-rule: src/utils/a.ts → src/errors/c.ts',
    'machine-imports: src/machine/a.ts → src/wx/a.ts',
    'machine-imports: src/machine/b.ts → src/wx/a.ts',
    'mqtt/codec-imports: src/mqtt/codec/a.ts → src/mqtt/b.ts',
    'no-circle: src/a.ts → src/b.ts',
    'no-circle: src/c.ts → src/d.ts',
    'nothing-unused-in-src: src/errors/dead.ts',
    'only-the-shipped-file: server/a.ts → src/mqtt/b.ts',
    'only-the-shipped-file: start/a.ts → src/mqtt/b.ts',
    'runtime-imports: src/runtime/a.ts → src/log/ring.ts',
    'sdk-stands-alone: src/wx/a.ts → ./none',
    'sdk-stands-alone: src/wx/a.ts → fs',
    'simulator-core-is-portable: simulator/core/a.ts → fs',
    'tests-are-imported-by-tests: tools/a.ts → test/a.ts',
  ])
})

interface Rule {
  readonly name: string
  readonly from: { readonly path: string }
  readonly to: { readonly pathNot: readonly string[] }
}

/** The permissions of these rules (`rule: pattern`) that no import makes use of; the first pattern is the folder itself. */
const unused = (rules: readonly Rule[], imports: readonly (readonly [from: string, to: string])[]) =>
  rules.flatMap(({ name, from, to }) =>
    to.pathNot
      .slice(1)
      .filter((allowed) => !imports.some(([a, b]) => new RegExp(from.path).test(a) && new RegExp(allowed).test(b)))
      .map((allowed) => `${name}: ${allowed}`),
  )

test('every permission is made use of, and an unused one would be found', () => {
  const { stdout } = spawnSync(process.execPath, [cruise, 'src', '--output-type', 'json'], {
    cwd: inRoot(),
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  const { modules } = JSON.parse(stdout) as {
    modules: { source: string; dependencies: { resolved: string }[] }[]
  }
  const imports = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => [source, resolved] as const),
  )
  const { forbidden } = jest.requireActual<{ forbidden: Rule[] }>('../../.dependency-cruiser.cjs')
  const rules = forbidden.filter(({ name }) => name.endsWith('-imports'))
  expect(rules.length).toBeGreaterThan(5)
  expect(unused(rules, imports)).toEqual([])
  const generous = {
    name: 'machine-imports',
    from: { path: '^src/machine/' },
    to: { pathNot: ['^src/machine/', '^src/wx/'] },
  }
  expect(unused([generous], imports)).toEqual(['machine-imports: ^src/wx/'])
})

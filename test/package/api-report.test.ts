// The public API does not change unseen: docs/api/ holds the types that were last agreed on (`npm run api` writes them).
import { inRoot, read } from '../../tools/project'
import { readdirSync } from 'node:fs'

const built = () => readdirSync(inRoot('dist')).filter((name) => name.endsWith('.d.ts'))

test('docs/api is what the build declares', () => {
  expect(readdirSync(inRoot('docs/api')).sort()).toEqual(built().sort())
  for (const name of built()) expect(read('dist', name)).toBe(read('docs/api', name))
})

test.each(built())('%s needs no package that the app would have to install', (name) => {
  const imported = [...read('dist', name).matchAll(/(?:from|import\() ?['"]([^'"]+)['"]/g)].map(([, from]) => from)
  expect(imported.filter((from) => from !== './index.js' && from !== './connection.js')).toEqual([])
})

test.each(built())('%s has no any', (name) => {
  const code = read('dist', name).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  expect(code.match(/.*\bany\b.*/g) ?? []).toEqual([])
})

/** What is declared but cannot be imported: a reader meets the name and cannot use it. */
const privateNames = (code: string): string[] => {
  const declared = Array.from(
    code.matchAll(/^(?:declare )?(?:interface|type|const|(?:abstract )?class|function|namespace) ([\w$]+)/gm),
    ([, name = '']) => name,
  )
  const exported = Array.from(code.matchAll(/^ *export (?:type )?\{([^}]*)\}/gm), ([, names = '']) => names)
    .join()
    .split(',')
    .map((name) => name.trim().split(' as ')[0])
  // A namespace exports them as `namespace_Name`.
  const inNamespaces = Array.from(code.matchAll(/^type \w+?_(\w+) = \1;$/gm), ([, name = '']) => name)
  return declared.filter((name) => !exported.includes(name) && !inNamespaces.includes(name))
}

test.each(built())('%s declares no name that it does not export', (name) => {
  expect(privateNames(read('dist', name))).toEqual([])
  expect(privateNames('interface Hidden {}\ntype Seen = Hidden;\nexport type { Seen };')).toEqual(['Hidden'])
})

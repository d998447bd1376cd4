// The shipped files run on every phone; and each check that says so can fail.
import { loadInBareRuntime } from './bare-runtime'
import { complaints } from './language'
import { entrances, shippedFiles } from '../../tools/project'

const files = shippedFiles()
const names = Object.keys(files)

describe('the files in miniprogram_dist', () => {
  test('are the SDK joined, its parts, and thin vendor doors, nothing else', () => {
    expect(names.sort()).toEqual(Object.keys(entrances))
    const required = names.map((name) => [
      name,
      [...files[name]!.matchAll(/require\("(.*?)"\)/g)].map(([, what]) => what),
    ])
    expect(required.filter(([, what]) => what!.length > 0)).toEqual([
      ['nim.js', ['./connection.js']],
      ['rongcloud.js', ['./index.js']],
    ])
  })

  test('a part carries nothing of the connection: no code of an error, no packet, no socket', () => {
    for (const name of ['log.js', 'logins.js', 'messages.js'])
      expect([name, /31004|connectSocket|eventemitter3/i.exec(files[name]!)?.[0]]).toEqual([name, undefined])
    // The check can fail.
    expect(files['connection.js']).toMatch(/31004/)
  })

  test.each(names)('%s is ES2015 and names no global that a phone may lack', (name) => {
    expect(complaints(files[name]!)).toEqual([])
  })

  test.each(names)('%s loads where only ES2015, timers, console and wx exist', (name) => {
    expect(Object.keys(loadInBareRuntime(files, name))).toContain(entrances[name])
  })

  test('a door and the entry that it stands on are one SDK', () => {
    const loads: number[] = []
    const app = `require('./rongcloud.js'); require('./index.js')`
    loadInBareRuntime({ ...files, 'app.js': app, 'index.js': `wx.loads.push(1);${files['index.js']!}` }, 'app.js', {
      loads,
    })
    expect(loads).toEqual([1])
  })
})

describe('the checks can fail', () => {
  const forbidden =
    'Buffer process window document URL TextEncoder TextDecoder AbortController queueMicrotask globalThis BigInt Proxy'.split(
      ' ',
    )

  test.each(forbidden)('naming %s is found, also behind typeof', (name) => {
    expect(complaints(`module.exports = ${name}`)).toEqual([`'${name}' is not defined.`])
    expect(complaints(`if (typeof ${name} === 'function') console.log(1)`)).toEqual([`'${name}' is not defined.`])
    expect(() => loadInBareRuntime({ 'index.js': name }, 'index.js')).toThrow(`${name} is not defined`)
  })

  test('a local or a member of that name is fine', () => {
    expect(
      complaints('var URL = 1; exports.window = URL; exports.f = function (Buffer) { return Buffer.process }'),
    ).toEqual([])
  })

  test.each([
    'a?.b',
    'a ?? b',
    'async () => 1',
    'try {} catch {}',
    '2 ** 3',
    '({ ...a })',
    'class A { b = 1 }',
    '1_000',
    'f(a,)',
  ])('the later syntax `%s` is found', (code) => {
    expect(complaints(`var a, b, f; (${code.startsWith('try') ? `function () { ${code} }` : code})`)[0]).toMatch(
      /^Parsing error/,
    )
  })

  test.each([
    '[].includes(1)',
    'Object.entries({})',
    'Promise.resolve().finally(f)',
    '"".padStart(1)',
    'new Uint8Array(1).at(0)',
  ])('the later built-in `%s` is absent', (code) => {
    expect(() => loadInBareRuntime({ 'index.js': `var f; ${code}` }, 'index.js')).toThrow('is not a function')
  })

  test('requiring anything else than the shipped files is refused', () => {
    expect(() => loadInBareRuntime({ 'index.js': 'require("events")' }, 'index.js')).toThrow(
      'nothing to require at events',
    )
  })
})

// The command as support runs it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../report/main'
import { story } from './story'

const folder = mkdtempSync(join(tmpdir(), 'report-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
writeFileSync(at('alice.txt'), story().start().open().connect().drop('TokenExpired', '', 'stopped').text())
writeFileSync(at('bob.txt'), story('bob').start().open().connect().pings(3, 30000).text())

const run = (...args: string[]) => {
  let out = ''
  let err = ''
  const code = main(args, { out: (text) => (out += text), err: (text) => (err += text) })
  return { code, out, err }
}

test('writes the page and says on the terminal what it found and where it is', () => {
  const { code, out, err } = run('report', at('alice.txt'), at('bob.txt'), '-o', at('out.html'), '--lang', 'en')
  expect([code, err]).toEqual([0, ''])
  expect(out.split('\n')).toEqual([
    'alice, 01-31 09:00: did not drop. To be dealt with: The login token has expired.',
    expect.stringMatching(/^bob, 01-31 09:00 – 09:01: did not drop; .* Nothing to be dealt with\.$/),
    'error alice.txt: The login token has expired',
    expect.stringMatching(/^\d+ records -> .*out\.html$/),
    '',
  ])
  expect(readFileSync(at('out.html'), 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/)
})

test.each([
  [['report'], 2, 'no log file was named'],
  [['report', '--lang', 'fr', 'x'], 2, '--lang is zh or en'],
  [['report', '-o'], 2, '-o needs a file name'],
  [['report', '--frob', 'x'], 2, 'unknown option --frob'],
  [['frob'], 2, 'unknown command frob'],
  [['report', 'there-is-no-such-file'], 1, 'there is no such file or folder'],
])('%j is refused by name', (args, code, says) => {
  const result = run(...args)
  expect([result.code, result.out]).toEqual([code, ''])
  expect(result.err).toContain(says)
})

test.each([
  ['an empty file', '', 'the file is empty'],
  ['a file of something else', '{"level":30,"msg":"hello"}\nGET /\n', 'no record of miniprogram-im'],
  ['bytes', '\u0000\u0001\ufffd', 'no record of miniprogram-im'],
])('%s is named, and makes no page', (_, content, says) => {
  writeFileSync(at('wrong.txt'), content)
  const { code, out, err } = run('report', at('wrong.txt'), '-o', at('none.html'))
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('wrong.txt')
  expect(err).toContain(says)
  expect(() => readFileSync(at('none.html'))).toThrow('ENOENT')
})

test('one wrong file among good ones is named, the page is made of the others, and the exit code tells', () => {
  const { code, err } = run('report', at('alice.txt'), folder, '-o', at('some.html'))
  expect([code, err]).toEqual([1, `${folder}: is a folder\n`])
  expect(readFileSync(at('some.html'), 'utf8')).toContain('alice.txt')
})

test.each([
  ['little', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['big', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
])('UTF-16 as a Windows editor saves it is read (%s end first)', (_, encode) => {
  writeFileSync(at('windows.txt'), encode(readFileSync(at('bob.txt'), 'utf8')))
  expect(run('report', at('windows.txt'), '-o', at('windows.html'))).toMatchObject({ code: 0, err: '' })
})

test('a log or anything else of the customer is never overwritten; an older report is', () => {
  const before = readFileSync(at('alice.txt'), 'utf8')
  symlinkSync(at('alice.txt'), at('link.html'))
  for (const target of ['alice.txt', 'link.html'])
    expect(run('report', at('alice.txt'), '-o', at(target))).toMatchObject({ code: 1, out: '' })
  expect(readFileSync(at('alice.txt'), 'utf8')).toBe(before)
  writeFileSync(at('letter.html'), '<!doctype html><title>Dear Bob</title>')
  expect(run('report', at('alice.txt'), '-o', at('letter.html')).err).toContain('is no report')
  expect(run('report', at('alice.txt'), '-o', at('no/such/folder.html')).err).toContain(
    'there is no such file or folder',
  )
  mkdirSync(at('folder.html'))
  expect(run('report', at('alice.txt'), '-o', at('folder.html')).err).toContain('is a folder')
  for (const lang of ['zh', 'en'])
    expect(run('report', at('alice.txt'), '-o', at('again.html'), '--lang', lang)).toMatchObject({ code: 0, err: '' })
})

test.each([['--help'], ['-h'], ['report', '--help'], ['report', 'x', '-h']])('%j %j explains it', (...args) => {
  expect(run(...args.filter(Boolean))).toMatchObject({ code: 0, err: '' })
})

test('--version says the version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string }
  expect(run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('without arguments it explains itself', () => {
  expect(run()).toMatchObject({ code: 0, err: '' })
  expect(run().out).toContain('miniprogram-im report FILE...')
})

const shipped = join(__dirname, '../../bin/miniprogram-im.js')
test('the shipped file does it alone: no package, no file beside it', () => {
  const alone = at('miniprogram-im.js')
  writeFileSync(alone, readFileSync(shipped))
  const out = execFileSync(process.execPath, [alone, 'report', at('alice.txt'), '-o', at('alone.html')], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(out).toContain('登录令牌已过期')
  expect(readFileSync(at('alone.html'), 'utf8')).toContain('id="log-0"')
  expect(readFileSync(shipped, 'utf8')).not.toMatch(/require\("(?!node:)/)
})

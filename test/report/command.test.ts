// The command as support runs it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  expect(out).toMatch(/^error alice.txt: The login token has expired\n\d+ records -> .*out\.html\n$/)
  expect(readFileSync(at('out.html'), 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/)
})

test.each([
  [['report'], 2, 'no log file was named'],
  [['report', '--lang', 'fr', 'x'], 2, '--lang is zh or en'],
  [['report', '-o'], 2, '-o needs a file name'],
  [['report', '--frob', 'x'], 2, 'unknown option --frob'],
  [['frob'], 2, 'unknown command frob'],
  [['report', 'there-is-no-such-file'], 1, 'ENOENT'],
])('%j is refused by name', (args, code, says) => {
  const result = run(...args)
  expect([result.code, result.out]).toEqual([code, ''])
  expect(result.err).toContain(says)
})

test('without arguments it explains itself', () => {
  expect(run()).toMatchObject({ code: 0, err: '' })
  expect(run().out).toContain('miniprogram-im report FILE...')
})

const shipped = join(__dirname, '../../bin/miniprogram-im.js')
;(existsSync(shipped) ? test : test.skip)('the shipped file does it alone: no package, no file beside it', () => {
  const alone = at('miniprogram-im.js')
  writeFileSync(alone, readFileSync(shipped))
  const out = execFileSync(process.execPath, [alone, 'report', at('alice.txt'), '-o', at('alone.html')], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(out).toContain('登录令牌已过期')
  expect(readFileSync(at('alone.html'), 'utf8')).toContain('id="model"')
  expect(readFileSync(shipped, 'utf8')).not.toMatch(/require\("(?!node:)/)
})

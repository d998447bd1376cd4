// What code loaded into a phone finds there, and what it does not.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boot, type BootOptions } from '../../simulator/node/boot'
import { setUp } from './set-up'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'boot-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function put(path: string, code: string): string {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, code)
  return file
}
function booted(code = '', options: Partial<BootOptions> = {}) {
  const all = setUp()
  return { ...all, app: boot(all.phone, { file: put('index.js', code), ...options }) }
}

test('the globals are ES2015, timers, console and wx, nothing else', () => {
  const { app } = booted()
  const absent =
    'Buffer process window document URL TextEncoder TextDecoder AbortController queueMicrotask globalThis BigInt Proxy ' +
    'setImmediate structuredClone fetch WebSocket WeakRef SharedArrayBuffer Atomics Intl WebAssembly require module global self'
  for (const name of absent.split(' ')) expect([name, app.run(`typeof ${name}`)]).toEqual([name, 'undefined'])
  const present =
    'setTimeout clearTimeout setInterval clearInterval console wx Promise Map Symbol Uint8Array DataView Reflect'
  for (const name of present.split(' ')) expect([name, app.run(`typeof ${name}`)]).not.toEqual([name, 'undefined'])
  for (const code of [
    '[].includes',
    '[].flat',
    '[].at',
    '"".padStart',
    '"".replaceAll',
    'Object.values',
    'Object.entries',
  ])
    expect([code, app.run(`typeof ${code}`)]).toEqual([code, 'undefined'])
  expect(app.run('typeof Promise.prototype.finally + typeof new Uint8Array(1).includes')).toBe('undefinedundefined')
  expect(app.run('"abc".includes("b") && [1].find(Boolean) === 1 && Object.assign({}, { a: 1 }).a === 1')).toBe(true)
})

test('eval and new Function are refused', () => {
  const { app } = booted()
  expect(() => app.run('(0, eval)("1")')).toThrow()
  expect(() => app.run('(function () {}).constructor("return 1")()')).toThrow('Code generation from strings disallowed')
})

test('require finds the package by name and its own files, and nothing outside', () => {
  put('secret.js', '')
  put('package/nim.js', 'exports.door = require("./index").name + require("./lib/part")')
  put('package/lib/part.js', 'module.exports = "!"')
  const app = boot(setUp().phone, { file: put('package/index.js', 'exports.name = "im"') })
  expect(app.exports).toEqual({ name: 'im' })
  expect(app.require('miniprogram-im/nim')).toEqual({ door: 'im!' })
  for (const id of [
    'fs',
    'node:fs',
    '../secret',
    '../secret.js',
    'miniprogram-im/../secret',
    join(folder, 'secret.js'),
  ])
    expect(() => app.require(id)).toThrow(`module '${id}' is not defined`)
})

test("time is the phone's: Date, timers, and a clock that is hours wrong", async () => {
  const { app, clock, phone } = booted(
    'exports.fired = []; setTimeout((what) => exports.fired.push(what, Date.now()), 50, "late")',
  )
  phone.skewMs = 3 * 3_600_000
  expect(
    app.run('new Date().getTime() === Date.now() && new Date(0).getTime() === 0 && new Date() instanceof Date'),
  ).toBe(true)
  expect(app.run('Date.now()')).toBe(clock.now() + 3 * 3_600_000)
  await clock.advance(60)
  expect(app.exports).toEqual({ fired: ['late', clock.now() - 10 + 3 * 3_600_000] })
})

test("bytes and errors from wx belong to the app's own realm, and may be told by instanceof", async () => {
  const { app, clock } = booted(`
    const task = wx.connectSocket({ url: 'wss://im.test/mqtt' })
    task.onOpen(() => task.send({ data: new Uint8Array([7]).buffer }))
    task.onMessage(({ data }) => { exports.got = data instanceof ArrayBuffer && new Uint8Array(data)[0] })
    try { wx.getFileSystemManager().readFileSync(wx.env.USER_DATA_PATH + '/none') } catch (e) { exports.error = e instanceof Error }
    exports.promise = wx.getNetworkType() instanceof Promise`)
  await clock.advance(10)
  expect(app.exports).toEqual({ got: 7, error: true, promise: true })
})

test('a cold start loads everything anew; the dead process never runs again', async () => {
  const { app, clock, phone } = booted('exports.ticks = 0; setInterval(() => exports.ticks++, 10)')
  await clock.advance(25)
  const first = app.exports
  phone.kill()
  phone.show()
  await clock.advance(15)
  expect(first).toEqual({ ticks: 2 })
  expect(app.exports).toEqual({ ticks: 1 })
  expect(phone.boots).toBe(2)
})

test('with the Promise of iOS 15 a timer overtakes a promise', async () => {
  const code = `
    exports.order = []
    setTimeout(() => exports.order.push('timer'), 0)
    Promise.resolve().then(() => { exports.order.push('first'); throw new Error('x') }).catch(() => exports.order.push('caught'))
    Promise.all([1, Promise.resolve(2), new Promise((r) => setTimeout(() => r(3), 5))]).then((all) => exports.order.push(all.join()))`
  const native = booted(code)
  await native.clock.advance(20)
  expect(native.app.exports).toEqual({ order: ['first', 'caught', 'timer', '1,2,3'] })
  const old = booted(code, { promise: 'macrotask' })
  await old.clock.advance(20)
  expect(old.app.exports).toEqual({ order: ['timer', 'first', 'caught', '1,2,3'] })
})

test('console is kept, and an exception in a callback is caught and reported', async () => {
  const { app, clock, phone } = booted('console.log("hello", 1); setTimeout(() => { throw new Error("oops") }, 1)')
  await clock.advance(5)
  expect(app.console).toEqual([{ level: 'log', parts: ['hello', 1] }])
  expect(phone.errors.map(String)).toEqual(['Error: oops'])
})

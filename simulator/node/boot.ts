// Loads a CommonJS package (the shipped miniprogram_dist) into a phone: a VM with ES2015, the phone's timers and clock,
// console and wx, and nothing else. A cold start loads it anew.
// Models wechat-runtime.md sections 5.1 and 5.2, and 5.5: `require` knows the package and the files inside it only, and what a
// miniprogram_npm beside or above the file that asks holds.
// Extend: a global that phones really have is one more line in `createRealm`.
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { createContext, Script } from 'node:vm'
import type { Realm } from '../core/js-thread'
import type { Phone } from '../core/phone'
import { STRIP } from './es2015'
import { MACROTASK_PROMISE } from './promise-polyfill'

export interface BootOptions {
  /** The package's entry: .../miniprogram_dist/index.js. Files beside and below it can be required. */
  file: string
  /** What the app calls the package; `require('<name>/nim')` is a file inside it. */
  name?: string
  /** What a whole mini-program finds besides: App, Page, getApp. Asked for at every start. */
  globals?: () => Readonly<Record<string, unknown>>
  /** Whether a file, named from the entry's folder, is on the phone yet: those of a subpackage are not before it is entered. */
  has?: (file: string) => boolean
  /** macrotask: as on iOS 15 and older. */
  promise?: 'native' | 'macrotask'
  /** Where console goes; kept in `console` either way. */
  print?: (level: string, parts: readonly unknown[]) => void
  /** The app: runs at once and again after every cold start. */
  app?: (load: Load) => void
}

/** `require`, as the app's own code on this phone would have it. */
export type Load = (id: string) => unknown

export interface Booted {
  /** Of the entry, in the process that lives now. */
  readonly exports: unknown
  readonly require: Load
  /** Evaluates an expression or statements inside the VM, as the app's own code. */
  run(code: string): unknown
  readonly console: readonly { readonly level: string; readonly parts: readonly unknown[] }[]
  /** No further cold start loads anything. */
  stop: () => void
}

type Wrapper = (this: unknown, exports: unknown, require: Load, module: object) => void

const LEVELS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'group', 'groupEnd']
const scripts = new Map<string, { modified: number; script: Script }>()

function scriptOf(file: string): Script {
  const modified = statSync(file).mtimeMs
  const known = scripts.get(file)
  if (known?.modified === modified) return known.script
  const script = new Script(`(function (exports, require, module) {${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
  })
  scripts.set(file, { modified, script })
  return script
}

// The phone's clock is the only one inside; a Date without arguments must not see the machine's.
const PHONE_DATE = `((now) => {
  const Native = Date
  function PhoneDate(...parts) {
    if (!new.target) return new Native(now()).toString()
    return Reflect.construct(Native, parts.length ? parts : [now()], new.target)
  }
  PhoneDate.prototype = Native.prototype
  PhoneDate.prototype.constructor = PhoneDate
  PhoneDate.now = now
  PhoneDate.parse = Native.parse
  PhoneDate.UTC = Native.UTC
  this.Date = PhoneDate
})`

const REALM = `({
  buffer(data) { const copy = new Uint8Array(data.byteLength); copy.set(new Uint8Array(data)); return copy.buffer },
  error(message, fields) { return Object.assign(new Error(message), fields) },
  promise(run) { return new Promise(run) },
})`

export function boot(phone: Phone, options: BootOptions): Booted {
  const entry = resolve(options.file)
  const folder = dirname(entry)
  const { name = 'miniprogram-im', has = () => true } = options
  const kept: { level: string; parts: unknown[] }[] = []
  const console = Object.fromEntries(
    LEVELS.map((level) => [
      level,
      (...parts: unknown[]) => {
        kept.push({ level, parts })
        options.print?.(level, parts)
      },
    ]),
  )

  /** The file that an id names, seen from another one; only inside the package. */
  function find(id: string, from: string): string {
    const places: string[] = []
    if (id === name) places.push(entry)
    else if (id.startsWith(`${name}/`)) places.push(join(folder, id.slice(name.length + 1)))
    else if (/^\.{1,2}\//.test(id)) places.push(resolve(dirname(from), id))
    if (!/^[./]/.test(id))
      for (let at = dirname(from); !relative(folder, at).startsWith('..'); at = dirname(at))
        places.push(join(at, 'miniprogram_npm', id))
    for (const place of places) {
      if (relative(folder, place).startsWith('..')) continue
      for (const file of [place, `${place}.js`, join(place, 'index.js')])
        if (has(relative(folder, file)) && statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file
    }
    throw new Error(`module '${id}' is not defined, require args is '${id}'`) // as the base library says it
  }

  function createRealm() {
    const { timers, wx } = phone // of the process that starts now
    const { setTimeout, clearTimeout, setInterval, clearInterval } = timers
    const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
    const evaluate = (code: string) => new Script(code).runInContext(context) as unknown
    evaluate(STRIP)
    Object.assign(context, {
      wx,
      console,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
      ...options.globals?.(),
    })
    if (options.promise === 'macrotask') evaluate(MACROTASK_PROMISE)
    ;(evaluate(PHONE_DATE) as (now: () => number) => void)(timers.now)
    ;(evaluate('(random) => { Math.random = random }') as (random: () => number) => void)(phone.random)
    phone.setRealm(evaluate(REALM) as Realm)

    const modules = new Map<string, { exports: unknown }>()
    function load(file: string): unknown {
      const loaded = modules.get(file)
      if (loaded) return loaded.exports
      const module = { exports: evaluate('({})') }
      modules.set(file, module)
      const run = scriptOf(file).runInContext(context) as Wrapper
      run.call(module.exports, module.exports, (id) => load(find(id, file)), module)
      return module.exports
    }
    const require: Load = (id) => load(find(id, entry))
    return { evaluate, require }
  }

  function start() {
    const realm = createRealm()
    const exports = realm.require(name)
    options.app?.(realm.require)
    return { ...realm, exports }
  }
  let running = start()
  const stop = phone.onLaunch(() => (running = start()))

  return {
    get exports() {
      return running.exports
    },
    get require() {
      return running.require
    },
    run: (code) => running.evaluate(code),
    console: kept,
    stop,
  }
}

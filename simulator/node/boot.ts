// Loads a CommonJS package (the shipped miniprogram_dist) into a phone: a VM with ES2015, the phone's timers and clock,
// console and wx, and nothing else. A cold start loads it anew.
// Models wechat-runtime.md sections 5.1 and 5.2, and 5.5: `require` knows the package and the files inside it only.
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
  const name = options.name ?? 'miniprogram-im'
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
    const wanted = id === name ? entry : id.startsWith(`${name}/`) ? join(folder, id.slice(name.length + 1)) : undefined
    const base = wanted ?? (/^\.{1,2}\//.test(id) ? resolve(dirname(from), id) : undefined)
    if (base !== undefined && !relative(folder, base).startsWith('..')) {
      for (const file of [base, `${base}.js`, join(base, 'index.js')])
        if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file
    }
    throw new Error(`module '${id}' is not defined, require args is '${id}'`) // as the base library says it
  }

  function createRealm() {
    const { timers, wx } = phone // of the process that starts now
    const { setTimeout, clearTimeout, setInterval, clearInterval } = timers
    const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
    const evaluate = (code: string) => new Script(code).runInContext(context) as unknown
    evaluate(STRIP)
    Object.assign(context, { wx, console, setTimeout, clearTimeout, setInterval, clearInterval })
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

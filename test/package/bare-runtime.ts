// The poorest phone there can be: an empty VM with the ES2015 built-ins, timers, console and wx, and not one thing more.
import { createContext, runInContext, Script } from 'node:vm'
import { posix } from 'node:path'

const es2015 =
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp
  Error EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON Math Reflect Map Set WeakMap WeakSet
  ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array
  Float64Array decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN`.split(
    /\s+/,
  )

// What came later to the built-ins that ES2015 has.
const later: Record<string, string[]> = {
  Array: ['fromAsync'],
  'Array.prototype': [
    'includes',
    'flat',
    'flatMap',
    'at',
    'findLast',
    'findLastIndex',
    'toReversed',
    'toSorted',
    'toSpliced',
    'with',
  ],
  'String.prototype':
    'padStart padEnd trimStart trimEnd trimLeft trimRight matchAll replaceAll at isWellFormed toWellFormed'.split(' '),
  Object: ['entries', 'values', 'fromEntries', 'getOwnPropertyDescriptors', 'hasOwn', 'groupBy'],
  Promise: ['allSettled', 'any', 'try', 'withResolvers'],
  'Promise.prototype': ['finally'],
  Symbol: ['asyncIterator', 'matchAll'],
  'Symbol.prototype': ['description'],
  'Uint8Array.prototype.__proto__': ['includes', 'at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'with'],
}

/** A fresh global object with ES2015 and `extras`. */
function bareContext(extras: Record<string, unknown>): object {
  const context = createContext({})
  const strip = new Script(`(keep, later) => {
    for (const name of Object.getOwnPropertyNames(this)) if (!keep.includes(name)) delete this[name]
    for (const path in later) {
      const target = path.split('.').reduce((at, key) => at[key], this)
      for (const name of later[path]) delete target[name]
    }
  }`)
  ;(strip.runInContext(context) as (keep: string[], gone: typeof later) => void)(es2015, later)
  return Object.assign(context, extras)
}

/** Loads `./index.js` or another of the files as a mini-program would; `require` knows only these files. */
export function loadInBareRuntime(
  files: Readonly<Record<string, string>>,
  entry: string,
  wx: object = {},
): Record<string, unknown> {
  const context = bareContext({ wx, console, setTimeout, clearTimeout, setInterval, clearInterval })
  const loaded: Record<string, { exports: Record<string, unknown> }> = {}
  function load(file: string): Record<string, unknown> {
    const source = files[file]
    if (source === undefined) throw new Error(`nothing to require at ${file}`)
    const module = (loaded[file] ??= { exports: {} })
    const run = runInContext(`(function (require, module, exports) {${source}\n})`, context, { filename: file }) as (
      require: (id: string) => unknown,
      module: object,
      exports: object,
    ) => void
    run((id) => loaded[posix.normalize(id)]?.exports ?? load(posix.normalize(id)), module, module.exports)
    return module.exports
  }
  return load(posix.normalize(entry))
}

// What an ES2015 engine has, and so what a phone's engine may be relied on to have: everything newer is taken away.
// Models wechat-runtime.md section 5: base library 2.11.0 (iOS 10, Chrome 53) has full ES2015 natively; URL, TextEncoder,
// AbortController, queueMicrotask, Buffer, process are not there at all. core-js adds newer APIs on some base libraries,
// which an SDK must not count on. Syntax cannot be taken away here; the package's gate parses the file as ES2015.
// Extend: remove more by adding a path; the list is code that runs inside the VM.

/** Globals of the language that ES2015 had. */
export const BUILT_INS = [
  'Object Function Array Number Boolean String Symbol Math JSON Date RegExp Promise',
  'Error EvalError RangeError ReferenceError SyntaxError TypeError URIError',
  'Map Set WeakMap WeakSet Reflect ArrayBuffer DataView',
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array',
  'parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape',
  'NaN Infinity undefined',
]
  .join(' ')
  .split(' ')

/** Newer members of older things, by owner. Proxy was in ES2015, but nothing can stand in for it where it is missing. */
const NEWER: readonly (readonly [owner: string, names: string])[] = [
  ['Object', 'values entries getOwnPropertyDescriptors fromEntries hasOwn groupBy'],
  ['Array', 'fromAsync'],
  ['Array.prototype', 'includes flat flatMap at findLast findLastIndex toReversed toSorted toSpliced with'],
  [
    'String.prototype',
    'padStart padEnd trimStart trimEnd trimLeft trimRight matchAll replaceAll at isWellFormed toWellFormed',
  ],
  ['Promise', 'allSettled any try withResolvers'],
  ['Promise.prototype', 'finally'],
  [
    'Object.getPrototypeOf(Uint8Array.prototype)',
    'includes at findLast findLastIndex toReversed toSorted with toHex toBase64',
  ],
  ['ArrayBuffer.prototype', 'resize resizable maxByteLength transfer transferToFixedLength detached'],
  ['RegExp.prototype', 'dotAll hasIndices unicodeSets'],
  ['Map', 'groupBy'],
  ['Set.prototype', 'union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom'],
  ['Symbol.prototype', 'description'],
  ['Math', 'f16round'],
]

/** Run first inside a fresh context: leaves only ES2015. */
export const STRIP = `(() => {
  const keep = new Set(${JSON.stringify(BUILT_INS)})
  const newer = [${NEWER.map(([owner, names]) => `[${owner}, ${JSON.stringify(names)}]`).join(', ')}]
  for (const [owner, names] of newer) for (const name of names.split(' ')) delete owner[name]
  for (const name of Object.getOwnPropertyNames(this)) if (!keep.has(name)) delete this[name]
})()`

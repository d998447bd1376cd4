// What ships and how it is made: one self-contained CommonJS file for mini-programs with thin doors beside it,
// the same as ES modules for bundlers, and the types of both.
const fs = require('node:fs')
const path = require('node:path')
const commonjs = require('@rollup/plugin-commonjs')
const { nodeResolve } = require('@rollup/plugin-node-resolve')
const { dts } = require('rollup-plugin-dts')
const { minify } = require('terser')
const ts = require('typescript')

const { name, version } = require('./package.json')

/** The public entries. A door requires `./index.js`, so that an app with two doors still has one SDK. */
const doors = { nim: 'src/doors/nim.ts', rongcloud: 'src/doors/rongcloud.ts' }
const entries = { index: 'src/index.ts', ...doors }
const input = Object.fromEntries(Object.entries(entries).filter(([, file]) => fs.existsSync(file)))

/** TypeScript to ES2015, file by file (`npm run check:types` checks the types). */
const typescript = () => ({
  name: 'typescript-to-es2015',
  transform(code, id) {
    if (!id.endsWith('.ts')) return null
    const { outputText, sourceMapText } = ts.transpileModule(code, {
      fileName: id,
      compilerOptions: {
        target: ts.ScriptTarget.ES2015,
        module: ts.ModuleKind.ESNext,
        importHelpers: true,
        verbatimModuleSyntax: true,
        sourceMap: true,
      },
    })
    // A helper (for async, rest, decorators, ...) costs every app bytes for syntax that we can do without.
    const helper = /import \{ (.*) \} from "tslib"/.exec(outputText)
    if (helper) this.error(`needs the helper ${helper[1]} in ES2015: write it another way`)
    return { code: outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), map: sourceMapText }
  },
})

/** loglevel keeps its level in a browser's `window`. A mini-program has none, and must not even name one. */
const withoutWindow = () => ({
  name: 'without-window',
  transform(code, id) {
    if (!/[\\/]loglevel\.js$/.test(id)) return null
    const changed = code.replace(/\bwindow\b/g, 'undefined')
    if (changed === code) this.error('loglevel no longer names window: this plugin can go')
    return { code: changed, map: null }
  },
})

const minified = () => ({
  name: 'minified',
  renderChunk: (code, chunk, { sourcemap }) =>
    minify(code, {
      ecma: 2015,
      toplevel: true,
      compress: { passes: 3 },
      format: { preamble: chunk.name === 'index' ? notice() : undefined },
      sourceMap: Boolean(sourcemap),
    }),
})

/** Who made what is in the file; the licences of all of it are MIT. */
const notice = () =>
  `/*! ${[`${name} ${version}`, ...['eventemitter3', 'loglevel'].map((one) => `${one} ${versionOf(one)}`)].join(', ')}: MIT */`
const versionOf = (dependency) =>
  JSON.parse(fs.readFileSync(path.join(__dirname, 'node_modules', dependency, 'package.json'), 'utf8')).version

/** A shared chunk would mean that a door reaches behind the public one, and that no file is self-contained. */
const oneFileEach = () => ({
  name: 'one-file-each',
  generateBundle(_, bundle) {
    const extra = Object.values(bundle).filter((file) => file.type === 'chunk' && !file.isEntry)
    if (extra.length) {
      const shared = extra.flatMap((chunk) => chunk.moduleIds).map((id) => path.relative(__dirname, id))
      this.error(`a door may import only ../index, yet these are shared: ${shared.join(', ')}`)
    }
  },
})

const output = { exports: 'named', generatedCode: { preset: 'es2015', symbols: false } }

module.exports = [
  {
    input,
    plugins: [
      typescript(),
      withoutWindow(),
      nodeResolve({ extensions: ['.ts', '.mjs', '.js'] }),
      commonjs({ ignoreGlobal: true, strictRequires: false }),
      oneFileEach(),
    ],
    output: [
      { ...output, format: 'cjs', dir: 'miniprogram_dist', entryFileNames: '[name].js', plugins: [minified()] },
      { ...output, format: 'es', dir: 'dist', entryFileNames: '[name].mjs' },
    ],
    // Anything rollup only warns of (an unresolved import, a cycle) would fail in somebody's app.
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  },
  {
    input,
    plugins: [dts(), oneFileEach()],
    output: ['.d.ts', '.d.mts'].map((ending) => ({ dir: 'dist', format: 'es', entryFileNames: `[name]${ending}` })),
  },
]

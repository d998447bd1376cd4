// What ships and how it is made: self-contained CommonJS files for mini-programs, one for each part and one that joins all, with
// thin vendor doors beside them; the same as ES modules for bundlers, and the types of both. And the SDK for Node, as it is written.
const fs = require('node:fs')
const path = require('node:path')
const commonjs = require('@rollup/plugin-commonjs')
const { nodeResolve } = require('@rollup/plugin-node-resolve')
const esbuild = require('esbuild')
const { dts } = require('rollup-plugin-dts')
const { minify } = require('terser')
const ts = require('typescript')

const { name, version } = require('./package.json')

/** Each requires no other file: it may be alone in a package of the app. */
const entries = {
  index: 'src/index.ts',
  connection: 'src/doors/connection.ts',
  logins: 'src/doors/logins.ts',
  log: 'src/doors/log.ts',
  messages: 'src/doors/messages.ts',
}
const parts = ['logins', 'log', 'messages']
/** A vendor's door requires the entry that it stands on. */
const doors = { nim: 'src/doors/nim.ts', rongcloud: 'src/doors/rongcloud.ts' }
/** Outside the files of a mini-program. */
const forNode = { node: 'src/node/door.ts' }
const below = { './connection': 'connection', '../index': 'index' }

/**
 * TypeScript to ES2015, file by file (`npm run check:types` checks the types). The types go first; `??` and `?.` are left to
 * esbuild, which says them in fewer bytes.
 */
const typescript = () => ({
  name: 'typescript-to-es2015',
  async transform(code, id) {
    if (!id.endsWith('.ts')) return null
    const { outputText } = ts.transpileModule(code, {
      fileName: id,
      compilerOptions: {
        target: ts.ScriptTarget.ES2021,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        inlineSourceMap: true,
        inlineSources: true,
      },
      transformers: { before: [shorter] },
    })
    const lowered = await esbuild.transform(outputText, { target: 'es2015', sourcemap: true, sourcefile: id })
    // A helper (for async, rest, decorators, ...) costs every app bytes for syntax that we can do without.
    const helpers = Array.from(lowered.code.matchAll(/^var (__\w+) = /gm), ([, helper]) => helper)
    if (helpers.length > 0) this.error(`needs the helper ${helpers.join(', ')} in ES2015: write it another way`)
    return lowered
  },
})

/** For Node: only the types go. */
const typescriptForNode = () => ({
  name: 'typescript-for-node',
  async transform(source, id) {
    if (!id.endsWith('.ts')) return null
    const { code, map } = await esbuild.transform(source, {
      loader: 'ts',
      target: 'node20',
      sourcemap: true,
      sourcefile: id,
    })
    return { code, map }
  },
  // Where the package is, for createRequire.
  resolveImportMeta: (property, { format }) => (format === 'cjs' && property === 'url' ? '__filename' : null),
})

/**
 * Says the same in fewer bytes after gzip: `let` everywhere (the compiler has checked what is constant), and one
 * Object.assign for an object with several spreads, where TypeScript would nest one for each.
 */
const shorter = (context) => {
  const { factory } = context
  const visit = (node) => {
    const visited = ts.visitEachChild(node, visit, context)
    if (ts.isVariableDeclarationList(visited) && visited.flags & ts.NodeFlags.Const)
      return factory.createVariableDeclarationList(visited.declarations, ts.NodeFlags.Let)
    if (ts.isObjectLiteralExpression(visited) && visited.properties.some(ts.isSpreadAssignment))
      return factory.createCallExpression(
        factory.createPropertyAccessExpression(factory.createIdentifier('Object'), 'assign'),
        undefined,
        parts(visited.properties),
      )
    return visited
  }
  /** The spread values as they are, what stands between them as objects; the first is the new object. */
  const parts = (properties) => {
    const all = [[]]
    for (const property of properties)
      if (ts.isSpreadAssignment(property)) all.push(property.expression, [])
      else all[all.length - 1].push(property)
    return all
      .filter((part, index) => index === 0 || !Array.isArray(part) || part.length > 0)
      .map((part) => (Array.isArray(part) ? factory.createObjectLiteralExpression(part) : part))
  }
  return (file) => ts.visitEachChild(file, visit, context)
}

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
      // Found by trying: 230 bytes of gzip less than with what terser does by itself.
      compress: { passes: 5, hoist_funs: true },
      // One character above U+00FF, and an engine holds the whole source at two bytes a character.
      format: { ascii_only: true, preamble: noticeOf(code) },
      sourceMap: Boolean(sourcemap),
    }),
})

/** Who made what is in the file; the licences of all of it are MIT. */
const noticeOf = (code) => {
  const bundled = ['eventemitter3', 'loglevel'].filter((one) => code.includes(marks[one]))
  return `/*! ${[`${name} ${version}`, ...bundled.map((one) => `${one} ${versionOf(one)}`)].join(', ')}: MIT */`
}
/** What only that package says. */
const marks = { eventemitter3: 'listener must be a function', loglevel: 'methodFactory' }
const versionOf = (dependency) =>
  JSON.parse(fs.readFileSync(path.join(__dirname, 'node_modules', dependency, 'package.json'), 'utf8')).version

/** Leaves the entry below a vendor's door outside of it, and anything else out of it. */
const besideEntries = () => ({
  name: 'beside-entries',
  resolveId(source, importer) {
    if (below[source]) return { id: `${name}/${below[source]}`, external: true }
    if (importer) this.error(`a door may import only ${Object.keys(below).join(' or ')}, not ${source}`)
  },
})
/** In the types of a part, an error is the connection's, as it is when the part runs. */
const errorsOfTheConnection = () => ({
  name: 'errors-of-the-connection',
  resolveId: (source) => (/\/errors\//.test(source) ? { id: `${name}/connection`, external: true } : null),
})
const pathsTo = (extension) =>
  Object.fromEntries(Object.values(below).map((entry) => [`${name}/${entry}`, `./${entry}.${extension}`]))

/**
 * For bundlers that do not read `exports` (webpack 4, as in uni-app with Vue 2; older Taro): there `miniprogram-im/messages` is
 * a folder, whose manifest says the same.
 */
const entryFolders = () => ({
  name: 'entry-folders',
  writeBundle() {
    for (const door of Object.keys({ ...entries, ...doors, ...forNode })) {
      if (door === 'index') continue
      const manifest = {
        main: `../${forNode[door] ? 'dist' : 'miniprogram_dist'}/${door}.js`,
        module: `../dist/${door}.mjs`,
        types: `../dist/${door}.d.ts`,
        sideEffects: false,
      }
      fs.mkdirSync(path.join(__dirname, door), { recursive: true })
      fs.writeFileSync(path.join(__dirname, door, 'package.json'), JSON.stringify(manifest, null, 2) + '\n')
    }
  },
})

const output = { exports: 'named', interop: 'esModule', generatedCode: { preset: 'es2015', symbols: false } }

const javascript = [
  {
    ...output,
    format: 'cjs',
    dir: 'miniprogram_dist',
    entryFileNames: '[name].js',
    paths: pathsTo('js'),
    plugins: [minified()],
  },
  { ...output, format: 'es', dir: 'dist', entryFileNames: '[name].mjs', paths: pathsTo('mjs') },
]
// TypeScript finds the types of `./index.js` in index.d.ts, those of `./index.mjs` in index.d.mts.
const types = [
  { format: 'es', dir: 'dist', entryFileNames: '[name].d.ts', paths: pathsTo('js') },
  { format: 'es', dir: 'dist', entryFileNames: '[name].d.mts', paths: pathsTo('mjs') },
]

// Anything rollup only warns of (an unresolved import, a cycle) would fail in somebody's app.
const onwarn = (warning) => {
  throw new Error(warning.message)
}

module.exports = [
  // One by one, or rollup would move what they share into a file of its own.
  ...Object.entries(entries).flatMap(([entry, source]) => [
    {
      input: { [entry]: source },
      plugins: [
        typescript(),
        withoutWindow(),
        nodeResolve({ extensions: ['.ts', '.mjs', '.js'] }),
        commonjs({ ignoreGlobal: true, strictRequires: false }),
      ],
      output: javascript,
      onwarn,
    },
    {
      input: { [entry]: source },
      plugins: [...(parts.includes(entry) ? [errorsOfTheConnection()] : []), dts()],
      output: types,
      onwarn,
    },
  ]),
  {
    input: forNode,
    external: [/^node:/],
    plugins: [
      typescriptForNode(),
      nodeResolve({ extensions: ['.ts', '.mjs', '.js'] }),
      commonjs({ ignoreGlobal: true, strictRequires: false }),
    ],
    output: [
      { ...output, format: 'cjs', dir: 'dist', entryFileNames: '[name].js' },
      { ...output, format: 'es', dir: 'dist', entryFileNames: '[name].mjs' },
    ],
    onwarn,
  },
  { input: forNode, external: [/^node:/], plugins: [dts()], output: types, onwarn },
  { input: doors, plugins: [besideEntries(), typescript(), entryFolders()], output: javascript, onwarn },
  { input: doors, plugins: [besideEntries(), dts()], output: types, onwarn },
]

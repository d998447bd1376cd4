// Turns a mini-program's folder into what a browser opens: the outer page, the phone, and the app inside the phone.
import fs from 'node:fs'
import path from 'node:path'
import * as esbuild from 'esbuild'
import type { Graph } from './app-config'
import { readGraph } from './app-graph'
import { compileBuiltins, compileTemplates } from './wxml'
import { compileStyle } from './wxss'

const here = __dirname
const browser = path.join(here, 'browser')
const target = 'chrome100'

/**
 * What a phone gives to a mini-program's code, by name. All else that a browser has is hidden from it (see `absent`),
 * so that code which would fail on a phone fails here as well.
 */
const given = [
  'wx',
  'App',
  'Page',
  'Component',
  'Behavior',
  'getApp',
  'getCurrentPages',
  'console',
  'getDate',
  'getRegExp',
]
const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']
const absent = [
  'window', 'self', 'document', 'location', 'navigator', 'history', 'localStorage', 'sessionStorage', 'indexedDB',
  'WebSocket', 'XMLHttpRequest', 'fetch', 'Blob', 'File', 'FileReader', 'URL', 'URLSearchParams', 'TextEncoder',
  'TextDecoder', 'AbortController', 'Event', 'EventTarget', 'queueMicrotask', 'structuredClone', 'crypto', 'performance',
  'requestAnimationFrame', 'atob', 'btoa', 'alert', 'Worker', 'process', 'Buffer',
] // prettier-ignore

/** The app as one script that defines `miniprogram(env)`. */
async function bundleApp(root: string, graph: Graph): Promise<string> {
  const at = (name: string) => path.join(root, name)
  const script = (name: string): string => {
    const found = ['.ts', '.js'].map((extension) => at(name + extension)).find((file) => fs.existsSync(file))
    if (!found) throw new Error(`${name}: neither .ts nor .js`)
    return found
  }
  const names = Object.keys(graph.components)
  const load = (name: string) => `${JSON.stringify(name)}: () => require(${JSON.stringify(script(name))})`
  const styles = Object.fromEntries(
    names.map((name) => [name, compileStyle(at(`${name}.wxss`), graph.components[name]?.scope)]),
  )
  const entry = `
    export const templates = ${compileTemplates(root)}
    export const styles = ${JSON.stringify(styles)}
    export const appStyle = ${JSON.stringify(compileStyle(at('app.wxss')))}
    export const runApp = () => require(${JSON.stringify(script('app'))})
    export const scripts = { ${names.map(load).join(',\n')} }`
  const result = await esbuild.build({
    stdin: { contents: entry, resolveDir: root, loader: 'js', sourcefile: 'miniprogram.js' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'entry',
    sourcemap: 'inline',
    target,
    logLevel: 'silent',
    banner: { js: `function miniprogram({ ${[...given, ...timers].join(', ')} }, ${absent.join(', ')}) {` },
    footer: { js: `return entry }\nconst miniprogramGraph = ${JSON.stringify(graph)}` },
    plugins: [fromMiniprogramNpm(root)],
  })
  return result.outputFiles[0]!.text
}

/** As DevTools does: a bare name is looked up in miniprogram_npm and nowhere else. */
const fromMiniprogramNpm = (root: string): esbuild.Plugin => ({
  name: 'miniprogram_npm',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path: name, importer }) => {
      if (path.isAbsolute(name)) return undefined
      const candidates = ['/index.js', '.js', ''].map((end) => path.join(root, 'miniprogram_npm', name + end))
      const found = candidates.find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile())
      return found
        ? { path: found }
        : {
            errors: [
              { text: `${path.relative(root, importer)}: "${name}" is not in miniprogram_npm (npm run demo:npm)` },
            ],
          }
    })
  },
})

/** The preview's own code; `builtin-templates` is compiled on the way. */
async function bundleBrowser(outDir: string): Promise<void> {
  await esbuild.build({
    entryPoints: { phone: path.join(browser, 'phone.ts'), frame: path.join(browser, 'frame.ts') },
    outdir: outDir,
    bundle: true,
    format: 'iife',
    target,
    sourcemap: 'inline',
    logLevel: 'silent',
    loader: { '.css': 'text' },
    plugins: [
      {
        name: 'builtin-templates',
        setup(build) {
          build.onResolve({ filter: /^builtin-templates$/ }, () => ({ path: 'compiled', namespace: 'builtins' }))
          build.onLoad({ filter: /.*/, namespace: 'builtins' }, () => ({
            contents: `export default ${compileBuiltins()}`,
          }))
        },
      },
    ],
  })
}

const page = (title: string, scripts: readonly string[]) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<link rel="icon" href="data:,"></head><body>${scripts.map((src) => `<script src="${src}"></script>`).join('')}</body></html>`

export async function buildPreview(root: string, outDir: string): Promise<void> {
  const graph = readGraph(root)
  fs.rmSync(outDir, { recursive: true, force: true })
  fs.mkdirSync(outDir, { recursive: true })
  const [app] = await Promise.all([bundleApp(root, graph), bundleBrowser(outDir)])
  fs.writeFileSync(path.join(outDir, 'app.js'), app)
  fs.writeFileSync(path.join(outDir, 'phone.html'), page('phone', ['app.js', 'phone.js']))
  fs.writeFileSync(path.join(outDir, 'index.html'), page('miniprogram-im · 小程序预览', ['frame.js']))
  fs.copyFileSync(path.join(browser, 'desk/plain-client.ts'), path.join(outDir, 'plain-client.txt'))
  const isImage = (file: string) => /\.(png|jpe?g|gif|svg|webp)$/.test(file)
  fs.cpSync(root, outDir, { recursive: true, filter: (file) => fs.statSync(file).isDirectory() || isImage(file) })
}

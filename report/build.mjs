// Builds bin/miniprogram-im.js, the command that ships: one file for Node 20, with the page's script and style inside.
import { build } from 'esbuild'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

const page = await build({
  entryPoints: [join(here, 'page', 'main.ts'), join(here, 'page', 'page.css')],
  outdir: 'page',
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2020',
  charset: 'utf8',
})
const made = (ending) => page.outputFiles.find(({ path }) => path.endsWith(ending)).text

/** What assets.ts makes when run from source is text in the command. */
const carried = {
  name: 'carried-assets',
  setup({ onLoad }) {
    onLoad({ filter: /report[\\/]assets\.ts$/ }, () => ({
      contents: `export const assets = () => (${JSON.stringify({ script: made('.js'), style: made('.css') })})`,
    }))
  },
}

await build({
  entryPoints: [join(here, 'cli.ts')],
  outfile: join(here, '..', 'bin', 'miniprogram-im.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  charset: 'utf8',
  banner: { js: '#!/usr/bin/env node' },
  plugins: [carried],
})

// The page's script and style as text. Made here when run from source; the shipped command carries the result (build.mjs).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

export interface Assets {
  readonly script: string
  readonly style: string
}

let made: Assets | undefined

export const assets = (): Assets =>
  (made ??= {
    script: buildSync({
      entryPoints: [join(__dirname, 'page', 'main.ts')],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      target: 'es2020',
      charset: 'utf8',
    }).outputFiles[0]!.text,
    style: readFileSync(join(__dirname, 'page', 'page.css'), 'utf8'),
  })

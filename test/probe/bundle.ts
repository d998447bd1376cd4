// The probe's own code as one file for a phone's VM, in the syntax that phones take.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { miniprogramRoot } from '../../preview/miniprogram-root'

/** A file that exports `runProbe` and what a journal's file is made with; `banner` comes before it. */
export function bundleProbe(banner = ''): { readonly file: string; readonly remove: () => void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'))
  const file = path.join(folder, 'index.js')
  buildSync({
    stdin: {
      contents: "export { runProbe } from './run'; export { steps } from './steps'; export { fileOf } from './file'",
      resolveDir: path.join(miniprogramRoot, 'probe'),
    },
    bundle: true,
    format: 'cjs',
    target: 'es2018', // syntax only: what a phone's VM lacks is stripped there
    banner: { js: banner },
    outfile: file,
  })
  return { file, remove: () => fs.rmSync(folder, { recursive: true }) }
}

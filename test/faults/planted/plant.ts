// Builds the SDK with one line of it broken, to show that the fuzzing would notice.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const SRC = join(__dirname, '../../../src')

/** @param file below src/. Throws when the line is not there any more: then another bug has to be planted. */
export async function plant(file: string, good: string, bad: string): Promise<string> {
  const broken = join(SRC, file)
  const source = readFileSync(broken, 'utf8')
  if (!source.includes(good)) throw new Error(`src/${file} has no "${good}" any more: plant another bug`)
  const outfile = join(mkdtempSync(join(tmpdir(), 'im-planted-')), 'index.js')
  await build({
    entryPoints: [join(SRC, 'index.ts')],
    bundle: true,
    format: 'cjs',
    target: 'es2020',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'plant',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === broken ? { contents: source.replace(good, bad), loader: 'ts' } : undefined,
          ),
      },
    ],
  })
  return outfile
}

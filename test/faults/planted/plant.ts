// Builds the SDK, or what tests its sources, with one line of the SDK broken, to show that the fuzzing would notice.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const SRC = join(__dirname, '../../../src')

/**
 * @param file below src/. Throws when the line is not there any more: then another bug has to be planted.
 * @param entry what is built; the SDK by default
 */
export async function plant(file: string, good: string, bad: string, entry = join(SRC, 'index.ts')): Promise<string> {
  const broken = join(SRC, file)
  const source = readFileSync(broken, 'utf8')
  if (!source.includes(good)) throw new Error(`src/${file} has no "${good}" any more: plant another bug`)
  const outfile = join(mkdtempSync(join(tmpdir(), 'im-planted-')), 'index.js')
  await build({
    entryPoints: [entry],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'es2020',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'plant',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === broken ? { contents: source.replace(good, () => bad), loader: 'ts' } : undefined,
          ),
      },
    ],
  })
  return outfile
}

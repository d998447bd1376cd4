// Builds parts of the SDK in memory, the same way as the shipped file, to see what they weigh and what they contain.
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { rollup, type InputOptions, type OutputChunk, type OutputOptions, type Plugin } from 'rollup'
import { inRoot, root } from '../project'

interface Config extends Omit<InputOptions, 'plugins'> {
  readonly plugins: Plugin[]
  readonly output: [OutputOptions, OutputOptions]
}
const [sdk] = createRequire(__filename)(inRoot('rollup.config.js')) as [Config]

export interface Bundle {
  readonly code: string
  readonly map: object
  /** The source modules in it, relative to the project; packages by their name. */
  readonly modules: string[]
}

/** All that these files export, minified as it ships. What `external` matches is left out. */
export async function bundle(files: readonly string[], external: RegExp[] = []): Promise<Bundle> {
  const { output, ...input } = sdk
  const all: Plugin = {
    name: 'all-of-them',
    resolveId: (id) => (id === 'all' ? '\0all' : null),
    load: (id) => (id === '\0all' ? files.map((file) => `export * from ${JSON.stringify(file)}`).join('\n') : null),
  }
  const build = await rollup({
    ...input,
    input: files.length === 1 ? { index: files[0]! } : { index: 'all' },
    plugins: [all, ...input.plugins],
    external,
  })
  try {
    const { output: made } = await build.generate({ ...output[0], sourcemap: true })
    const chunk = made.find((file): file is OutputChunk => file.type === 'chunk')!
    return { code: chunk.code, map: chunk.map!, modules: [...new Set(Object.keys(chunk.modules).map(nameOfModule))] }
  } finally {
    await build.close()
  }
}

/** `src/errors/codes.ts`, or the name of the package that the module comes from. */
export function nameOfModule(id: string): string {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '')
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? (path.startsWith('/') ? relative(root, path) : path)
}

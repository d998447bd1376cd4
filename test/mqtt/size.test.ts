// What the codec costs in a mini-program: everything of src/mqtt/codec, as it would ship.
import { build } from 'esbuild'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { minify } from 'terser'

const LIMIT = 4096

test(`the codec is at most ${LIMIT} bytes gzip and needs nothing but src/text`, async () => {
  const folder = join(__dirname, '../../src/mqtt/codec')
  const files = readdirSync(folder)
  const bundled = await build({
    stdin: { contents: files.map((file) => `export * from './${file}'`).join('\n'), resolveDir: folder },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2015',
  })
  const inputs = Object.keys(bundled.metafile.inputs).filter(
    (input) => !/src\/(mqtt\/codec|text)\/|<stdin>/.test(input),
  )
  expect(inputs).toEqual([])
  // Exports are joined to one object, as inside a bundle nothing of them remains.
  const code = bundled.outputFiles[0]!.text.replace(/export \{[^}]*\};\s*$/, '')
  const uses = /export \{([^}]*)\}/.exec(bundled.outputFiles[0]!.text)![1]!
  const used = ['encodeConnect', 'encodePublish', 'encodeAnswer', 'encodeSubscribe', 'encodeAuth', 'createDecoder']
  used.forEach((name) => expect(uses).toContain(name))
  const { code: small } = await minify(`${code};export{${used.join(',')}}`, {
    module: true,
    ecma: 2015,
    compress: { passes: 2 },
  })
  const size = gzipSync(small!, { level: 9 }).length
  expect(size).toBeLessThanOrEqual(LIMIT)
  // Far below the limit would mean that the bundle lost something on its way here.
  expect(size).toBeGreaterThan(LIMIT / 2)
})

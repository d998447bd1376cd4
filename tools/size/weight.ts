// Which source costs how much of the shipped file: `npm run weight`, heaviest first, then by folder.
// min: its bytes in the minified file; gzip: what the compressed file would lose without it.
import { SourceMap, type SourceMapPayload } from 'node:module'
import { gzipSync } from 'node:zlib'
import { bundle, nameOfModule } from './bundle'
import { inRoot } from '../project'

/** For each character of the code, the module that it comes from. */
function origins(code: string, map: object): string[] {
  const sources = new SourceMap(map as SourceMapPayload)
  const found: string[] = []
  for (const [row, line] of code.split('\n').entries()) {
    for (let column = 0; column <= line.length; column++) {
      const entry = sources.findEntry(row, column)
      found.push('originalSource' in entry ? nameOfModule(entry.originalSource.replace(/^(\.\.\/)+/, '')) : 'glue')
    }
  }
  return found
}

async function main(): Promise<void> {
  const { code, map } = await bundle([inRoot(process.argv[2] ?? 'src/index.ts')])
  const origin = origins(code, map)
  const gzip = (text: string) => gzipSync(text, { level: 9 }).length
  const all = gzip(code)
  function print(group: (name: string) => string): void {
    const groups = origin.map(group)
    const weighed = [...new Set(groups)].map((name) => {
      const rest = groups.reduce((kept, one, i) => (one === name ? kept : kept + code.charAt(i)), '')
      return { name, min: code.length - rest.length, gzip: all - gzip(rest) }
    })
    weighed.sort((a, b) => b.gzip - a.gzip)
    for (const { name, min, gzip } of weighed)
      process.stdout.write(`${String(gzip).padStart(6)} gzip ${String(min).padStart(7)} min  ${name}\n`)
    process.stdout.write('\n')
  }
  print((name) => name)
  print((name) => name.replace(/^(src\/.*\/)[^/]*$/, '$1'))
  process.stdout.write(`${String(all).padStart(6)} gzip ${String(code.length).padStart(7)} min  in all\n`)
}

void main()

// docs/benchmarks.md, its Chinese twin and their pictures state what was measured: `npm run bench -- page` after any change to either.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePages } from '../../bench/page'
import { inRoot, inTemporaryFolder } from '../../tools/project'

test('the pages of benchmarks are what bench/results say', async () => {
  await inTemporaryFolder((folder) => {
    writePages(inRoot('bench/results'), folder)
    const written = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => /\.(md|svg)$/.test(file))
    expect(written).toEqual(expect.arrayContaining(['benchmarks.md', 'benchmarks.zh-CN.md']))
    expect(
      written.filter((file) => readFileSync(join(folder, file), 'utf8') !== readFileSync(inRoot('docs', file), 'utf8')),
    ).toEqual([])
  })
})

// Before all tests: what most of them load is there. Nothing is skipped for want of a build, and nothing fails with a riddle.
import { existsSync } from 'node:fs'
import { inRoot } from '../tools/project'

export default function setup(): void {
  const missing = ['miniprogram_dist/index.js', 'dist/index.mjs', 'bin/miniprogram-im.js'].filter(
    (file) => !existsSync(inRoot(file)),
  )
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')}: not built. Run \`npm run build\`, or \`npm test -- FILE\`, which builds.`)
}

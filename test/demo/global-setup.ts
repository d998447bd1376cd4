// Before the demo's tests: the SDK comes to the demo as it comes to a user, once for all of them.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import built from '../built'

const root = path.join(__dirname, '../..')

export default function setup(): void {
  built()
  execFileSync(process.execPath, ['--import', 'tsx', 'preview/build-npm.ts'], { cwd: root, stdio: 'pipe' })
}

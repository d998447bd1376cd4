// Which state of the code was measured.
import { execFileSync } from 'node:child_process'
import { ROOT } from '../peers'

export const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT }).toString().trim()
  } catch {
    return 'unknown'
  }
}

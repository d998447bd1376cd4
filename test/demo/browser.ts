// Whether this machine can show the demo: Chromium and Chinese letters. Without them the tests say what to install and
// are skipped; where CI is set they are required.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromium = places.find((place) => place !== undefined && fs.existsSync(place))

function hasChinese(): boolean {
  try {
    return execFileSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' }).trim() !== ''
  } catch {
    return false
  }
}

const missing = [...(chromium ? [] : ['chromium']), ...(hasChinese() ? [] : ['fonts-noto-cjk'])]

/** `describe`, or its skipping form with the reason in the name. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (!missing.length) describe(name, tests)
  else if (process.env.CI) throw new Error(`CI needs: apt-get install -y ${missing.join(' ')}`)
  else describe.skip(`${name} (to run: apt-get install -y ${missing.join(' ')}, or set CHROMIUM)`, tests)
}

// Whether this machine can show pages, Chromium and Chinese letters, and how Chromium is started. Without them the tests
// say what to install and are skipped; where CI is set they are required.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { chromium as launcher, type Browser } from 'playwright-core'

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const chromium = places.find((place) => place !== undefined && fs.existsSync(place))

/** Without a sandbox, since CI is root; and without whatever calls home. */
export const launchBrowser = (): Promise<Browser> =>
  launcher.launch({
    ...(chromium !== undefined && { executablePath: chromium }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

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

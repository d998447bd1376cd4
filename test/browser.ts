// Whether this machine can show pages, Chromium and Chinese letters, and how Chromium is started.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { chromium as launcher, type Browser } from 'playwright-core'
import { PATIENCE } from './patience'
import { describeWith } from './required'

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const chromium = places.find((place) => place !== undefined && fs.existsSync(place))

/** Without a sandbox, since CI is root; without whatever calls home; and no page gives up before a slow machine is done. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await launcher.launch({
    ...(chromium !== undefined && { executablePath: chromium }),
    timeout: PATIENCE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A microphone that hums, and is allowed.
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  })
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    const context = await newContext(options)
    context.setDefaultTimeout(PATIENCE)
    return context
  }
  return browser
}

function hasChinese(): boolean {
  try {
    return execFileSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' }).trim() !== ''
  } catch {
    return false
  }
}

const missing = [...(chromium ? [] : ['chromium']), ...(hasChinese() ? [] : ['fonts-noto-cjk'])]

/** `describe`, where this machine can show pages. */
export const describeInBrowser = describeWith(
  missing.length ? `pages need: apt-get install -y ${missing.join(' ')}; or set CHROMIUM` : undefined,
)

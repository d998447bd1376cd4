// One phone on the page: joins the simulated WeChat runtime, what WeChat draws around a page, and the mini-program.
import { createPhone } from '../../simulator/core/phone'
import builtinsCss from './builtins/builtins.css'
import { createChrome } from './chrome'
import { addStyle } from './element'
import { browserClock } from './hardware/clock'
import { openDisk } from './hardware/disk'
import { browserHttp } from './hardware/http'
import { browserLink } from './hardware/link'
import { createPages } from './pages'
import type { PhoneHandle, PhoneProfile } from './phone-handle'
import { resolveSources } from './source'
import { interaction } from './wx/interaction'
import { media } from './wx/media'
import { navigation } from './wx/navigation'
import { sound } from './wx/sound'
import { askedBy } from './wx/subscribe'

const APP_NAME = '小聊'

async function start(): Promise<void> {
  const {
    phone: name = 'phone',
    profile = 'android',
    ...query
  } = Object.fromEntries(new URLSearchParams(location.search))
  const { app } = miniprogramGraph
  addStyle(builtinsCss)

  const disk = await openDisk(name)
  const phone = createPhone({
    clock: browserClock,
    link: browserLink,
    http: browserHttp,
    disk,
    name,
    profile: profile as PhoneProfile,
    subscriber: (tmplIds) => askedBy(APP_NAME, (shown) => chrome.overlay(shown))(tmplIds),
  })
  const root = phone.wx.env.USER_DATA_PATH.replace(/usr$/, '')
  const pictures = media(disk, root)
  resolveSources(pictures.sourceOf)

  const chrome = createChrome(app, APP_NAME, {
    back: () => pages.router.navigateBack(1),
    tab: (path) => pages.router.switchTab(`/${path}`),
    home: () => handle.home(),
    launch: () => handle.launch(),
  })
  const pages = createPages(miniprogram, chrome, (run) => phone.tap(run))
  const launch = { path: app.pages[0] ?? '', query, scene: 1001 }

  const handle: PhoneHandle = {
    name,
    phone,
    app: () => pages.app(),
    home() {
      if (phone.state !== 'front') return
      chrome.setHome(true)
      phone.hide()
    },
    launch() {
      // A dead app starts cold: the page is loaded anew, the disk is what it was.
      if (phone.state === 'destroyed') return void disk.saved().then(() => location.reload())
      chrome.setHome(false)
      phone.show()
    },
    kill() {
      chrome.setHome(true)
      phone.kill()
    },
    setNetwork(type) {
      phone.network.weak(type === 'weak')
      phone.network.set(type === 'weak' ? '4g' : type)
      chrome.setNetwork(type)
    },
    cut: () => phone.network.cutSilently(),
  }
  window.phone = handle

  phone.wx.onAppShow(() => pages.appShown())
  phone.wx.onAppHide(() => pages.appHidden())
  phone.on(({ what }) => {
    if (what === 'app-error') console.error(phone.errors.at(-1))
  })
  chrome.setNetwork('wifi')

  const wx = {
    ...phone.wx,
    ...interaction((shown) => chrome.overlay(shown)),
    ...navigation(() => pages, chrome),
    ...pictures.api,
    ...sound(disk, root),
    getLaunchOptionsSync: () => launch,
  }
  Object.assign(window, { wx }) // for <navigator>
  const { setTimeout, clearTimeout, setInterval, clearInterval } = phone.timers
  pages.launch(
    {
      wx,
      console,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
      // Globals of wxs.
      getDate: (...values: []) => new Date(...values),
      getRegExp: (pattern: string, flags?: string) => new RegExp(pattern, flags),
    },
    launch,
  )
  parent.postMessage({ ready: name }, location.origin)
}

start().catch((error: unknown) => console.error(error))

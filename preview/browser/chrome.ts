// What WeChat draws around a page: status bar, navigation bar with the capsule, tab bar, and the phone's home screen.
import type { AppConfig, WindowConfig } from '../app-config'
import css from './chrome.css'
import { addStyle, element, fromMarkup } from './element'

export interface ChromeEvents {
  back(): void
  tab(path: string): void
  home(): void
  launch(): void
}

export interface Chrome {
  /** Pages are put in here. */
  readonly stage: HTMLElement
  show(page: { path: string; window: WindowConfig; title: string; canGoBack: boolean }): void
  setTitle(title: string): void
  setBadge(index: number, text: string): void
  setNetwork(type: string): void
  setHome(shown: boolean): void
  /** Shows an overlay (toast, modal, sheet) above everything inside WeChat. */
  overlay(element: HTMLElement): void
}

const back =
  '<svg viewBox="0 0 12 24" width="12" height="24"><path d="M10.5 3 2 12l8.5 9" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>'
const capsule =
  '<div class="mp-capsule"><svg viewBox="0 0 87 32"><g fill="currentColor"><circle cx="15" cy="16" r="2.2"/><circle cx="22" cy="16" r="3.2"/><circle cx="29" cy="16" r="2.2"/><circle cx="65" cy="16" r="3.2"/></g><path d="M43.5 7v18" stroke="currentColor" opacity=".2"/><circle cx="65" cy="16" r="8.6" fill="none" stroke="currentColor" stroke-width="2.4"/></svg></div>'
const wifi =
  '<svg viewBox="0 0 16 12" width="16" height="12"><path d="M8 11.5 5.9 9a3 3 0 0 1 4.2 0zM3.7 6.7a6 6 0 0 1 8.6 0l1.3-1.5a8 8 0 0 0-11.2 0zM1.3 3.9a9.6 9.6 0 0 1 13.4 0L16 2.4a11.6 11.6 0 0 0-16 0z" fill="currentColor"/></svg>'
const bars = (lit: number) =>
  `<svg viewBox="0 0 18 12" width="18" height="12">${[3, 6, 9, 12].map((height, index) => `<rect x="${index * 5}" y="${12 - height}" width="3" height="${height}" rx="1" fill="currentColor" opacity="${index < lit ? 1 : 0.25}"/>`).join('')}</svg>`
const battery =
  '<svg viewBox="0 0 27 12" width="27" height="12"><rect x=".5" y=".5" width="22" height="11" rx="3" fill="none" stroke="currentColor" opacity=".4"/><rect x="2" y="2" width="17" height="8" rx="1.6" fill="currentColor"/><path d="M24 4v4c.9-.3 1.5-1.1 1.5-2S24.900 4.300 24 4z" fill="currentColor" opacity=".5"/></svg>'

const twoDigits = (value: number) => String(value).padStart(2, '0')

export function createChrome(app: AppConfig, appName: string, events: ChromeEvents): Chrome {
  addStyle(css)
  const clock = element('span', 'mp-clock')
  const signal = element('span', 'mp-signal')
  const statusBar = element('div', 'mp-status', clock, signal)
  const title = element('span', 'mp-title')
  const backButton = element('div', 'mp-back')
  backButton.innerHTML = back
  const navigation = element('div', 'mp-nav', backButton, title, fromMarkup(capsule))
  const head = element('div', 'mp-head', statusBar, navigation)
  const stage = element('div', 'mp-stage')
  const tabBar = element('div', 'mp-tabs')
  const homeBar = element('div', 'mp-homebar', element('i'))
  const wechat = element('div', 'mp-wechat', head, stage, tabBar, homeBar)
  const icon = element('button', 'mp-app', element('i', '', appName.slice(0, 1)), element('span', '', appName))
  icon.setAttribute('aria-label', `打开 ${appName}`)
  const homeClock = element('div', 'mp-home-clock')
  const homeScreen = element('div', 'mp-home', homeClock, icon, element('div', 'mp-homebar', element('i')))
  homeScreen.hidden = true
  document.body.append(wechat, homeScreen)

  backButton.addEventListener('click', () => events.back())
  homeBar.addEventListener('click', () => events.home())
  icon.addEventListener('click', () => events.launch())

  const tabs = (app.tabBar?.list ?? []).map((item) => {
    const picture = element('img')
    const badge = element('b')
    badge.hidden = true
    const tab = element('div', 'mp-tab', element('i', '', picture, badge), element('span', '', item.text))
    tab.addEventListener('click', () => events.tab(item.pagePath))
    tabBar.append(tab)
    return { item, tab, picture, badge }
  })

  const tick = () => {
    const now = new Date()
    clock.textContent = `${now.getHours()}:${twoDigits(now.getMinutes())}`
    homeClock.textContent = clock.textContent
  }
  tick()
  setInterval(tick, 1000)

  return {
    stage,
    show({ path, window, title: text, canGoBack }) {
      const isTab = tabs.some(({ item }) => item.pagePath === path)
      title.textContent = text
      backButton.hidden = !canGoBack
      tabBar.hidden = !isTab
      head.style.background = window.navigationBarBackgroundColor ?? '#ededed'
      head.style.color = window.navigationBarTextStyle === 'white' ? '#fff' : '#000'
      wechat.style.background = isTab
        ? (app.tabBar?.backgroundColor ?? '#f7f7f7')
        : (window.backgroundColor ?? '#ededed')
      for (const { item, tab, picture } of tabs) {
        const selected = item.pagePath === path
        const source = selected ? item.selectedIconPath : item.iconPath
        if (source) picture.src = source
        picture.hidden = !source
        tab.style.color = (selected ? app.tabBar?.selectedColor : app.tabBar?.color) ?? ''
      }
    },
    setTitle(text) {
      title.textContent = text
    },
    setBadge(index, text) {
      const badge = tabs[index]?.badge
      if (!badge) return
      badge.textContent = text
      badge.hidden = !text
    },
    setNetwork(type) {
      const label = type === 'wifi' ? wifi : type === 'none' ? '<em>无服务</em>' : `<em>${type.toUpperCase()}</em>`
      signal.innerHTML = `${bars(type === 'none' ? 0 : type === 'weak' ? 1 : 4)}${label}${battery}`
    },
    setHome(shown) {
      homeScreen.hidden = !shown
      wechat.classList.toggle('mp-away', shown)
    },
    overlay: (shown) => wechat.append(shown),
  }
}

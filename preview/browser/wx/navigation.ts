// wx.navigateTo and its kin, and the parts of the navigation bar and tab bar that pages may change.
import type { Chrome } from '../chrome'
import type { Pages } from '../pages'
import { answer, type Callbacks } from './call'

type UrlOptions = Callbacks & { url: string }

export function navigation(pages: () => Pages, chrome: Chrome) {
  const go = (name: 'navigateTo' | 'redirectTo' | 'reLaunch' | 'switchTab') => (options: UrlOptions) =>
    answer(name, options, () => (pages().router[name](options.url), {}))
  return {
    navigateTo: go('navigateTo'),
    redirectTo: go('redirectTo'),
    reLaunch: go('reLaunch'),
    switchTab: go('switchTab'),
    navigateBack: (options?: Callbacks & { delta?: number }) =>
      answer('navigateBack', options, () => (pages().router.navigateBack(options?.delta ?? 1), {})),
    setNavigationBarTitle: (options: Callbacks & { title: string }) =>
      answer('setNavigationBarTitle', options, () => (pages().setTitle(options.title), {})),
    setTabBarBadge: (options: Callbacks & { index: number; text: string }) =>
      answer('setTabBarBadge', options, () => (chrome.setBadge(options.index, options.text), {})),
    removeTabBarBadge: (options: Callbacks & { index: number }) =>
      answer('removeTabBarBadge', options, () => (chrome.setBadge(options.index, ''), {})),
    createSelectorQuery: () => pages().createSelectorQuery(),
    pageScrollTo: (options?: Callbacks) => answer('pageScrollTo', options, () => ({})),
    stopPullDownRefresh: (options?: Callbacks) => answer('stopPullDownRefresh', options, () => ({})),
  }
}

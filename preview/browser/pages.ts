// App, Page and the page stack: which page is on screen, which are beneath it, and their life cycle in WeChat's order.
import * as adapter from 'glass-easel-miniprogram-adapter'
import type { ComponentConfig } from '../app-config'
import backendWithoutEchoes from './backend'
import { registerBuiltins } from './builtins/register'
import type { Bundle, Globals } from './bundle'
import type { Chrome } from './chrome'
import { addStyle, element } from './element'

type Method = (...args: unknown[]) => unknown
type Instance = Record<string, unknown> & { route?: string; options?: Record<string, string> }

interface OpenPage {
  readonly path: string
  readonly host: HTMLElement
  readonly root: adapter.Root
  readonly instance: Instance
  title: string
}

export interface LaunchOptions {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly scene: number
}

export interface Router {
  navigateTo(url: string): void
  redirectTo(url: string): void
  reLaunch(url: string): void
  switchTab(url: string): void
  navigateBack(delta: number): void
}

export interface Pages {
  readonly router: Router
  /** Loads the app and opens its first page. */
  launch(globals: Globals, options: LaunchOptions): void
  /** What getApp() returns. */
  app(): Readonly<Record<string, unknown>>
  setTitle(title: string): void
  appShown(): void
  appHidden(): void
  createSelectorQuery(): unknown
}

const deepestStack = 10

const { glassEasel } = adapter

/** Calls back for a component and everything below it, children first, as WeChat orders `ready`. */
function eachComponent(
  node: unknown,
  run: (component: { triggerLifetime(name: string, args: []): void }) => void,
): void {
  const { childNodes } = node as { childNodes?: readonly unknown[] }
  if (glassEasel.Component.isComponent(node)) {
    const shadow = node.getShadowRoot()
    shadow?.childNodes.forEach((child) => eachComponent(child, run))
    childNodes?.forEach((child) => eachComponent(child, run))
    run(node)
  } else childNodes?.forEach((child) => eachComponent(child, run))
}

export function createPages(
  define: (globals: Globals) => Bundle,
  chrome: Chrome,
  tap: (run: () => void) => void,
): Pages {
  const environment = new adapter.MiniProgramEnv()
  const space = environment.createCodeSpace('', true)
  const backend = environment.associateBackend(backendWithoutEchoes(tap))
  const pageStyles: Record<string, HTMLStyleElement> = {}
  const stack: OpenPage[] = []
  const tabs = new Map<string, OpenPage>()
  let bundle: Bundle
  let app: Record<string, unknown> = {}
  let defining: adapter.ComponentEnv | undefined

  const top = () => stack[stack.length - 1]
  const call = (target: Record<string, unknown>, method: string, ...args: unknown[]) =>
    typeof target[method] === 'function' ? (target[method] as Method).call(target, ...args) : undefined
  const lifetime = (page: OpenPage, name: string) => page.root.getComponent().triggerPageLifetime(name, [])
  const isTab = (path: string) => Boolean(miniprogramGraph.app.tabBar?.list.some(({ pagePath }) => pagePath === path))
  const windowOf = (path: string): ComponentConfig => ({
    ...miniprogramGraph.app.window,
    ...miniprogramGraph.components[path],
  })

  function reveal(page: OpenPage): void {
    for (const other of new Set([...stack, ...tabs.values()])) other.host.hidden = other !== page
    for (const [path, style] of Object.entries(pageStyles)) style.disabled = path !== page.path
    chrome.show({ path: page.path, window: windowOf(page.path), title: page.title, canGoBack: stack.length > 1 })
  }

  function resolve(url: string): { path: string; query: Record<string, string> } {
    const [name = '', search = ''] = url.split('?')
    const path = name.startsWith('/')
      ? name.slice(1)
      : new URL(name, `http://phone/${top()?.path ?? ''}`).pathname.slice(1)
    if (!miniprogramGraph.app.pages.includes(path)) throw new Error(`page "${path}" is not found`)
    // As on phones, values are not decoded.
    const pairs = search
      .split('&')
      .filter(Boolean)
      .map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)])
    return { path, query: Object.fromEntries(pairs) as Record<string, string> }
  }

  function open({ path, query }: ReturnType<typeof resolve>, enter = false): void {
    const placeholder = element('span')
    const host = element('div', `mp-page${isTab(path) ? ' mp-with-tabs' : ''}${enter ? ' mp-enter' : ''}`, placeholder)
    host.dataset.path = path
    chrome.stage.append(host)
    const root = backend.createRoot('wx-page', space, `/${path}`)
    const instance = root.get() as unknown as Instance
    const page = { path, host, root, instance, title: windowOf(path).navigationBarTitleText ?? '' }
    instance.route = path
    instance.options = query
    stack.push(page)
    if (isTab(path)) tabs.set(path, page)
    reveal(page)
    root.attach(host as never, placeholder as never)
    call(instance, 'onLoad', query)
    call(instance, 'onShow')
    lifetime(page, 'show')
    eachComponent(root.getComponent(), (component) => component.triggerLifetime('ready', []))
    call(instance, 'onReady')
  }

  function close(page: OpenPage): void {
    tabs.delete(page.path)
    call(page.instance, 'onUnload')
    page.root.release()
    page.host.remove()
  }
  function hide(page = top()): void {
    if (!page) return
    call(page.instance, 'onHide')
    lifetime(page, 'hide')
  }
  function show(page = top()): void {
    if (!page) return
    reveal(page)
    call(page.instance, 'onShow')
    lifetime(page, 'show')
  }

  const router: Router = {
    navigateTo(url) {
      const target = resolve(url)
      if (isTab(target.path)) throw new Error('can not navigateTo a tabbar page')
      if (stack.length >= deepestStack) throw new Error(`webview count limit exceed: ${deepestStack}`)
      hide()
      open(target, true)
    },
    redirectTo(url) {
      const target = resolve(url)
      if (isTab(target.path)) throw new Error('can not redirectTo a tabbar page')
      const old = stack.pop()
      if (old) close(old)
      open(target)
    },
    reLaunch(url) {
      const target = resolve(url)
      new Set([...stack.splice(0), ...tabs.values()]).forEach(close)
      open(target)
    },
    switchTab(url) {
      const target = resolve(url)
      if (!isTab(target.path)) throw new Error('can not switch to no-tabBar page')
      if (top()?.path === target.path) return
      const left = stack.splice(0)
      if (left.at(-1) && isTab(left.at(-1)!.path)) hide(left.at(-1))
      left
        .filter(({ path }) => !isTab(path))
        .reverse()
        .forEach(close)
      const kept = tabs.get(target.path)
      if (!kept) open(target)
      else {
        stack.push(kept)
        show(kept)
      }
    },
    navigateBack(delta) {
      if (stack.length < 2) throw new Error('cannot navigate back at first page.')
      for (let left = delta; left > 0 && stack.length > 1; left--) close(stack.pop()!)
      show()
    },
  }

  return {
    router,
    launch(globals, options) {
      bundle = define({
        ...globals,
        App: (definition: Record<string, unknown>) => (app = Object.assign(app, definition)),
        getApp: () => app,
        getCurrentPages: () => stack.map(({ instance }) => instance),
        Page: (definition: never) => defining!.Page(definition),
        Component: (definition: never) => defining!.Component(definition),
        Behavior: (definition: never) => defining!.Behavior(definition),
      })
      addStyle(bundle.appStyle)
      registerBuiltins(space)
      const components = Object.entries(miniprogramGraph.components)
      for (const [path, config] of components) {
        const style = addStyle(bundle.styles[path] ?? '')
        if (config.isPage) {
          style.disabled = true
          pageStyles[path] = style
        }
        space.addComponentStaticConfig(path, config as never)
        space.addStyleSheet(path, undefined, config.scope)
        space.addCompiledTemplate(path, { groupList: bundle.templates, content: bundle.templates[path] } as never)
      }
      bundle.runApp()
      call(app, 'onLaunch', options)
      // Components first, so that pages find them.
      for (const [path] of components.sort(([, a], [, b]) => Number(a.isPage) - Number(b.isPage)))
        space.componentEnv(path, (env) => {
          defining = env
          bundle.scripts[path]?.()
        })
      call(app, 'onShow', options)
      if (!stack.length) open(resolve(`/${options.path}`))
    },
    app: () => app,
    setTitle(title) {
      const page = top()
      if (page) page.title = title
      chrome.setTitle(title)
    },
    appShown() {
      call(app, 'onShow', { path: top()?.path ?? '', query: {}, scene: 1001 })
      const page = top()
      if (page) call(page.instance, 'onShow')
    },
    appHidden() {
      const page = top()
      if (page) call(page.instance, 'onHide')
      call(app, 'onHide')
    },
    createSelectorQuery: () =>
      (top()!.root.get() as unknown as { createSelectorQuery(): unknown }).createSelectorQuery(),
  }
}

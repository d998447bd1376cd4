// Runs a built mini-program in a bare VM: modules, App, Page, Component and setData as WeChat gives them, and a hand to use it.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { createContext, Script } from 'node:vm'
import { createWeChat } from './wechat'

type Method = (this: unknown, ...args: unknown[]) => unknown
type Definition = Record<string, unknown> & {
  data?: object
  properties?: Record<string, { value?: unknown }>
  methods?: Record<string, Method>
  lifetimes?: Record<string, Method>
}
type Data = Record<string, unknown>

/** A node of the tree that Taro draws. */
interface Drawn {
  readonly nn?: string
  readonly v?: string
  readonly cn?: readonly Drawn[]
  readonly sid?: string
}

export interface RunningApp {
  /** What is on the screen, as one text. */
  shown(): string
  tap(label: string): void
  type(placeholder: string, value: string): void
  /** Every socket ends as with a lost network. */
  cut(): void
  /** The app's process ends. */
  kill(): void
}

const copy = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T))

/** `a.b[0].c` and Taro's `root.cn.[0]` alike. */
const put = (data: Data, path: string, value: unknown): void => {
  const keys = path.split(/[.[\]]+/).filter(Boolean)
  const last = keys.pop()!
  const at = keys.reduce<Data>((place, key) => (place[key] ??= {}) as Data, data)
  at[last] = copy(value)
}

/** @param folder - the mini-program as it would be uploaded */
export function runApp(folder: string, query: Readonly<Record<string, string>>): RunningApp {
  const { wx, cut } = createWeChat()
  let app: Definition = {}
  let opening: Definition | undefined
  let page: Record<string, unknown> & { data: Data } = { data: {} }
  const timers = new Set<NodeJS.Timeout>()
  let running = true
  const timer =
    (start: typeof setTimeout) =>
    (work: () => void, ms?: number): NodeJS.Timeout | undefined => {
      if (!running) return undefined
      const started = start(work, ms)
      timers.add(started)
      return started
    }
  const quiet = Object.fromEntries(
    ['log', 'info', 'warn', 'error', 'debug', 'trace'].map((name) => [name, () => undefined]),
  )
  const scope = createContext({
    wx,
    console: quiet,
    setTimeout: timer(setTimeout),
    clearTimeout,
    setInterval: timer(setInterval as typeof setTimeout),
    clearInterval,
    App: (definition: Definition) => (app = definition),
    getApp: () => app,
    getCurrentPages: () => [page],
    Page: (definition: Definition) => (opening = definition),
    Component: (definition: Definition) => (opening = definition),
    Behavior: (definition: Definition) => definition,
  })
  scope.global = scope

  const modules = new Map<string, { exports: unknown }>()
  const load = (file: string): unknown => {
    const known = modules.get(file)
    if (known) return known.exports
    const module = { exports: {} as unknown }
    modules.set(file, module)
    const script = new Script(`(function (require, module, exports) {${readFileSync(file, 'utf8')}\n})`, {
      filename: file,
    })
    const from = posix.dirname(file)
    const require = (name: string) =>
      load(name.startsWith('.') ? find(posix.join(from, name)) : find(posix.join(folder, 'miniprogram_npm', name)))
    ;(script.runInContext(scope) as Method).call(undefined, require, module, module.exports)
    return module.exports
  }
  const find = (path: string): string => {
    const found = [path, `${path}.js`, `${path}/index.js`].find((file) => file.endsWith('.js') && exists(file))
    if (!found) throw new Error(`there is no module ${path}`)
    return found
  }
  const exists = (file: string): boolean => {
    try {
      readFileSync(file)
      return true
    } catch {
      return false
    }
  }

  load(find(posix.join(folder, 'app')))
  const launch = { path: 'pages/index/index', query: {}, scene: 1001 }
  for (const name of ['onLaunch', 'onShow']) (app[name] as Method | undefined)?.call(app, launch)
  load(find(posix.join(folder, 'pages/index/index')))
  if (!opening) throw new Error('the page did not register itself')
  const { methods = {}, lifetimes = {}, properties = {}, data = {}, ...fields } = opening
  const initial = Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value]))
  page = Object.assign(page, fields, methods, {
    data: { ...initial, ...copy(data) },
    properties: initial,
    is: 'pages/index/index',
    route: 'pages/index/index',
    options: query,
    __wxExparserNodeId__: '1',
    setData(patch: Data, done?: () => void) {
      for (const [path, value] of Object.entries(patch)) put(page.data, path, value)
      setTimeout(() => done?.())
    },
    selectComponent: () => null,
    selectAllComponents: () => [],
    triggerEvent: () => undefined,
  })
  const call = (name: string, ...args: unknown[]) => (page[name] as Method | undefined)?.call(page, ...args)
  lifetimes.created?.call(page)
  lifetimes.attached?.call(page)
  call('onLoad', query)
  call('onShow')
  lifetimes.ready?.call(page)
  call('onReady')

  const wxml = readFileSync(posix.join(folder, 'pages/index/index.wxml'), 'utf8')
  const event = (type: string, detail: object, sid = '') => ({
    type,
    detail,
    timeStamp: Date.now(),
    target: { id: sid, dataset: { sid } },
    currentTarget: { id: sid, dataset: { sid } },
    mark: {},
  })
  /** An element of the page's template by the text in it or its placeholder. */
  const inTemplate = (words: string): string | undefined =>
    [...wxml.matchAll(/<(input|button)\b[^>]*?(\/>|>[^<]*)/g)].map(([tag]) => tag).find((tag) => tag.includes(words))
  /** The same in what Taro draws. */
  const inTree = (words: string): Drawn | undefined => {
    const search = (node: Drawn): Drawn | undefined =>
      node.sid !== undefined &&
      (Object.values(node).includes(words) || Object.values(node.cn ?? {}).some(({ v }) => v === words))
        ? node
        : (Object.values(node.cn ?? {})
            .map(search)
            .find(Boolean) ?? undefined)
    return page.data.root ? search(page.data.root) : undefined
  }
  const dispatch = (words: string, type: string, detail: object): void => {
    const drawn = inTree(words)
    if (drawn) {
      call('eh', event(type, detail, drawn.sid))
      return
    }
    const tag = inTemplate(words)
    const [, twoWay] = /model:value="\{\{(\w+)\}\}"/.exec(tag ?? '') ?? []
    const [, bound] = new RegExp(`bind:?${type}="([^"]+)"`).exec(tag ?? '') ?? []
    const handler = bound?.startsWith('{{') ? String(page.data[bound.slice(2, -2).trim()]) : bound
    if (handler !== undefined) call(handler, event(type, detail))
    else if (twoWay !== undefined) put(page.data, twoWay, (detail as { value: string }).value)
    else throw new Error(`nothing on the page says ${words}: ${wxml} ${JSON.stringify(page.data)}`)
  }
  return {
    shown: () => JSON.stringify(page.data),
    tap: (label) => dispatch(label, 'tap', {}),
    type: (placeholder, value) => dispatch(placeholder, 'input', { value, cursor: value.length }),
    cut,
    kill() {
      running = false
      timers.forEach((started) => clearTimeout(started))
      cut()
    },
  }
}

// Opens the demo's pages in WeChat's own test tool (miniprogram-simulate), with Page, App and a router on top of it.
// What a page throws is caught by the tool and only printed; `failOnErrors` makes a printed error fail the test.
import path from 'node:path'
import { from } from '../../dependencies/install'
import { miniprogramRoot } from '../../preview/miniprogram-root'

/** A component, as the tool hands it out. */
export interface Piece {
  readonly dom?: { readonly textContent: string | null }
  readonly instance: Record<string, unknown> & { readonly data: Record<string, unknown> }
  querySelector(selector: string): Piece | undefined
  querySelectorAll(selector: string): Piece[]
  dispatchEvent(name: string, options?: { detail: object }): void
}
export interface Opened extends Piece {
  attach(parent: unknown): void
  detach(): void
  triggerPageLifeTime(name: string): void
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- its own types would bring WeChat's globals into every other test
const simulate = require(from('wechat', 'miniprogram-simulate')) as {
  load(path: string, tag: string, options: { rootPath: string }): string
  load(definition: object): string
  render(id: string): Opened
}
declare const document: { readonly body: unknown }

type Definition = Record<string, unknown> & { data?: object }
type Method = (this: unknown, ...args: unknown[]) => unknown

const reserved = ['data', 'options', 'behaviors']

/** Where the app went, in order, as "switchTab /pages/..." */
export const journeys: string[] = []
/** Toasts, modals and titles, in order. */
export const said: string[] = []
let answers: object[] = []
/** What the next showModal calls are answered. */
export const answerModals = (...next: object[]): void => void (answers = next)

const call = (definition: Definition, name: string, self: unknown, ...args: unknown[]) =>
  (definition[name] as Method | undefined)?.call(self, ...args)

Object.assign(globalThis, {
  App: () => undefined,
  getApp: () => ({}),
  getCurrentPages: () => [],
  Page(definition: Definition) {
    const methods: Record<string, Method> = {}
    const fields: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(definition)) {
      if (typeof value === 'function') methods[name] = value as Method
      else if (!reserved.includes(name)) fields[name] = value
    }
    const component = (globalThis as unknown as { Component: (definition: object) => void }).Component
    component({
      data: definition.data ?? {},
      methods,
      lifetimes: {
        created(this: object) {
          Object.assign(this, structuredCopy(fields))
        },
        detached(this: object) {
          call(definition, 'onUnload', this)
        },
      },
      pageLifetimes: {
        show(this: object) {
          call(definition, 'onShow', this)
        },
        hide(this: object) {
          call(definition, 'onHide', this)
        },
      },
    })
  },
})

const structuredCopy = (value: object): object => JSON.parse(JSON.stringify(value)) as object

const storage = new Map<string, unknown>()
const spoken = (api: string) => (options: { title?: string; content?: string }) => {
  said.push([api, options.title, options.content].filter(Boolean).join(' '))
  return Promise.resolve({})
}
const route = (api: string) => (options: { url: string }) => {
  journeys.push(`${api} ${options.url}`)
  return Promise.resolve({})
}
Object.assign((globalThis as unknown as { wx: object }).wx, {
  getStorageSync: (key: string) => storage.get(key) ?? '',
  setStorageSync: (key: string, value: unknown) => void storage.set(key, value),
  setStorage: ({ key, data }: { key: string; data: unknown }) => void storage.set(key, data),
  removeStorageSync: (key: string) => void storage.delete(key),
  showToast: spoken('toast'),
  setNavigationBarTitle: spoken('title'),
  showModal(options: { title: string }) {
    said.push(`modal ${options.title}`)
    return Promise.resolve(answers.shift() ?? { confirm: false, cancel: true })
  },
  setTabBarBadge: ({ text }: { text: string }) => void said.push(`badge ${text}`),
  removeTabBarBadge: () => undefined,
  navigateTo: route('navigateTo'),
  redirectTo: route('redirectTo'),
  switchTab: route('switchTab'),
  reLaunch: route('reLaunch'),
})

// Built-ins of the tool are empty shells; these have the properties that the tests look at.
const builtins: Readonly<Record<string, object>> = {
  input: { value: String, disabled: Boolean },
  switch: { checked: Boolean, disabled: Boolean },
  button: { disabled: Boolean, loading: Boolean },
  textarea: { value: String },
  'scroll-view': { scrollIntoView: String },
  image: { src: String },
}
for (const [name, properties] of Object.entries(builtins))
  simulate.load({ id: name, tagName: `wx-${name}`, template: '<slot/>', properties })

/** Once per page and test file: the tool cannot load twice. */
export function loadPage(name: string): (query?: Record<string, string>) => Opened {
  const id = simulate.load(path.join(miniprogramRoot, name), 'page', { rootPath: miniprogramRoot })
  return (query = {}) => {
    const opened = simulate.render(id)
    opened.attach(document.body)
    const page: Definition = opened.instance
    call(page, 'onLoad', page, query)
    opened.triggerPageLifeTime('show')
    call(page, 'onReady', page)
    return opened
  }
}

/** Text that the page shows, white space aside. */
export const textOf = (opened: Opened): string => (opened.dom?.textContent ?? '').replace(/\s+/g, ' ').trim()

/** Nothing that was kept before this is there any more. */
export const forgetStorage = (): void => storage.clear()

/** A turn of the loop: every promise of the fake SDK, and what the page does after it, is through. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/** What the tool only prints, and what a page's promise drops, fails the test. */
export function failOnErrors(): void {
  let problems: unknown[] = []
  const note = (...what: unknown[]) => void problems.push(...what)
  beforeAll(() => void process.on('unhandledRejection', note))
  afterAll(() => void process.off('unhandledRejection', note))
  beforeEach(() => {
    problems = []
    jest.spyOn(console, 'error').mockImplementation(note)
    said.length = 0
    journeys.length = 0
  })
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve)) // rejections are told a turn later
    jest.restoreAllMocks()
    expect(problems).toEqual([])
  })
}

// The example in parts on a simulated phone: what WeChat's own compiler made of it, loaded package by package.
import { join } from 'node:path'
import { createPhone } from '../../simulator/core/phone'
import { createMemoryHttp } from '../../simulator/links/memory-http'
import { createMemoryNetwork } from '../../simulator/links/memory-link'
import { boot } from '../../simulator/node/boot'
import { virtualClock } from '../../simulator/node/clocks'
import { createMemoryBroker } from '../fakes/memory-broker'
import { seeded } from '../fakes/seeded'

type Method = (this: unknown, ...given: unknown[]) => unknown
type Definition = Record<string, unknown> & { data?: Record<string, unknown> }

/** The root of the only subpackage; nothing below it is on the phone before one of its pages is opened. */
const SUBPACKAGE = 'chat/'

const call = (on: Definition | undefined, name: string, ...given: unknown[]) =>
  (on?.[name] as Method | undefined)?.call(on, ...given)

export const createMiniProgram = (folder: string) => {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock })
  const broker = createMemoryBroker({ network, clock })
  const phone = createPhone({ clock, link: network, http: createMemoryHttp({ clock }), random: seeded(1) })
  /** Of the start of now. */
  let app: Definition | undefined
  let page: Definition | undefined
  let entered = false

  const booted = boot(phone, {
    file: join(folder, 'app.js'),
    name: 'app',
    has: (file) => entered || !file.startsWith(SUBPACKAGE),
    globals: () => {
      app = page = undefined
      entered = false
      return {
        App: (definition: Definition) => (app = definition),
        getApp: () => app,
        Page: (definition: Definition) => (page = definition),
      }
    },
    app: () => call(app, 'onLaunch', { query: { url: broker.url, user: 'alice', token: 'good' } }),
  })
  let said = 0

  return {
    broker,
    phone,
    wait: (ms: number) => clock.advance(ms),
    /** Bob says the next numbers, each once. */
    say: (count: number) => {
      for (let i = 0; i < count; i++)
        broker.publish(
          'acme/chat/u/alice/bob',
          JSON.stringify({ id: `m${++said}`, type: 'txt', time: 1, body: { msg: `${said}` } }),
        )
    },
    /** The user goes to a page, whose package is loaded first. */
    open: (path: string) => {
      if (path.startsWith(SUBPACKAGE)) entered = true
      booted.require(`./${path}`)
      const opened = page!
      opened.setData = (patch: object) => Object.assign((opened.data ??= {}), patch)
      call(opened, 'onLoad', {})
      call(opened, 'onShow')
    },
    require: (id: string) => booted.require(id),
    /** What the page on the screen was given. */
    shown: () => page?.data ?? {},
    /** The user does something on the page. */
    act: (handler: string) => call(page, handler),
    stop: () => {
      void call((app as { conn?: Definition } | undefined)?.conn, 'destroy')
      booted.stop()
      phone.dispose()
    },
  }
}

// One phone on the desk: its screen, its hands (home button, death) and the world around it (network, limits).
import type { Phone } from '../../../simulator/core/phone'
import type { PreviewConfig } from '../../preview-config'
import { element } from '../element'
import type { PhoneHandle, PhoneProfile, Reach } from '../phone-handle'
import { action, choice } from './controls'

const reaches: Readonly<Record<Reach, string>> = { wifi: 'Wi-Fi', '4g': '4G', weak: '弱网', none: '无网络' }
const profiles: Readonly<Partial<Record<PhoneProfile, string>>> = { android: '安卓', ios: 'iOS', pc: '电脑' }
const states: Readonly<Record<string, string>> = {
  front: '前台',
  hidden: '后台',
  suspended: '已挂起',
  destroyed: '已销毁',
}
const happenings: Readonly<Record<string, string>> = {
  launch: '启动',
  show: '回到前台',
  hide: '切到后台',
  suspend: '被挂起，连接被切断',
  resume: '从挂起中恢复',
  destroy: '被销毁',
  network: '网络',
  connect: '发起连接',
  refused: '连接被拒',
  open: '连接打开',
  'close-asked': '要求关闭',
  end: '连接结束',
  'app-error': '小程序出错',
}
const budgets = [1, 2, 5]
const MOST_LINES = 12

export interface Device {
  readonly name: string
  readonly root: HTMLElement
  readonly frame: HTMLIFrameElement
  /** Undefined while the phone starts. */
  handle(): PhoneHandle | undefined
  setNetwork(reach: Reach): void
  /** The link dies without a word. */
  cut(): void
}

/** `started` is told of each start of the phone, `cut` of what leaves no trace in it. */
export function createDevice(
  name: string,
  config: PreviewConfig,
  started: (handle: PhoneHandle) => void,
  cut: () => void,
): Device {
  const frame = element('iframe', 'screen')
  frame.title = `${name} 的手机`
  frame.name = name
  let profile: PhoneProfile = 'android'
  let budget = 2
  const load = () => {
    const query = new URLSearchParams({
      phone: name,
      profile,
      user: name,
      server: config.server,
      appKey: config.appKey,
      secret: config.secret,
      password: config.password,
      template: 'new-message',
    })
    frame.src = `phone.html?${query.toString()}`
  }
  const handle = (): PhoneHandle | undefined => frame.contentWindow?.phone

  const state = element('b')
  const slots = element('div', 'slots')
  const lines = element('ol', 'trace')
  const network = choice<Reach>('网络', Object.entries(reaches) as [Reach, string][], (reach) =>
    handle()?.setNetwork(reach),
  )
  const platform = choice<PhoneProfile>('手机', Object.entries(profiles) as [PhoneProfile, string][], (chosen) => {
    profile = chosen
    load()
  })
  const sockets = choice<number>(
    '微信允许的连接数',
    budgets.map((count) => [count, String(count)] as const),
    (count) => {
      budget = count
      const phone = handle()?.phone
      if (phone) phone.maxSockets = count
    },
  )

  function refresh(phone: Phone): void {
    state.textContent = states[phone.state] ?? ''
    state.dataset.state = phone.state
    slots.replaceChildren(
      ...Array.from({ length: phone.maxSockets }, (_, index) =>
        element('i', index < phone.sockets.open ? 'taken' : ''),
      ),
      element('span', '', `${phone.sockets.open} / ${phone.maxSockets}`),
    )
    const newest = phone.trace.slice(-MOST_LINES).reverse()
    lines.replaceChildren(
      ...newest.map(({ at, what, detail }) =>
        element(
          'li',
          what,
          element('time', '', new Date(at).toTimeString().slice(0, 8)),
          `${happenings[what] ?? what} ${detail}`,
        ),
      ),
    )
  }
  window.addEventListener('message', ({ source }) => {
    const mine = source === frame.contentWindow ? handle() : undefined
    if (!mine) return
    const { phone } = mine
    phone.maxSockets = budget
    network.select('wifi')
    phone.on(() => setTimeout(() => refresh(phone)))
    refresh(phone)
    started(mine)
  })
  network.select('wifi')
  platform.select(profile)
  sockets.select(budget)
  load()

  const device: Omit<Device, 'root'> = {
    name,
    frame,
    handle,
    setNetwork(reach) {
      network.select(reach)
      handle()?.setNetwork(reach)
    },
    cut() {
      handle()?.cut()
      cut()
    },
  }
  const panel = element(
    'section',
    'panel',
    element('h2', '', name, state),
    element('div', 'field', element('label', '', '打开的连接'), slots),
    network.root,
    element(
      'div',
      'actions',
      action('Home 键', '切到后台，5 秒后被挂起', () => handle()?.home()),
      action('切断链路', '连接悄悄失效，谁也不知道', () => device.cut()),
      action('杀掉小程序', '进程消失，存储还在', () => handle()?.kill()),
    ),
    sockets.root,
    platform.root,
    lines,
  )
  panel.setAttribute('aria-label', `${name} 的手机`)
  const root = element('div', 'device', element('div', 'body', element('div', 'bezel', frame)), panel)
  root.id = `device-${name}`
  return { ...device, root }
}

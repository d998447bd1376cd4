// The page around the phones: two of them side by side, and for each the hands and the world (network, home button, death).
import type { PreviewConfig } from '../preview-config'
import { addStyle, element } from './element'
import css from './frame.css'
import type { PhoneHandle, PhoneProfile, Reach } from './phone-handle'

const reaches: Readonly<Record<Reach, string>> = { wifi: 'Wi-Fi', '4g': '4G', weak: '弱网', none: '无网络' }
const profiles: Readonly<Record<PhoneProfile, string>> = {
  android: '安卓',
  ios: 'iOS',
  pc: '电脑',
  devtools: '开发者工具',
}
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

interface Choice<Value> {
  readonly root: HTMLElement
  select(value: Value): void
}

function choice<Value>(
  label: string,
  options: readonly (readonly [Value, string])[],
  choose: (value: Value) => void,
): Choice<Value> {
  const buttons = options.map(([value, text]) => {
    const button = element('button', '', text)
    button.addEventListener('click', () => {
      select(value)
      choose(value)
    })
    return button
  })
  const select = (value: Value) =>
    buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(options[index]?.[0] === value)))
  const group = element('div', 'choice', ...buttons)
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', label)
  return { root: element('div', 'field', element('label', '', label), group), select }
}

function action(text: string, title: string, run: () => void): HTMLButtonElement {
  const button = element('button', 'action', text)
  button.title = title
  button.addEventListener('click', run)
  return button
}

function device(name: string, config: PreviewConfig): HTMLElement {
  const frame = element('iframe', 'screen')
  frame.title = name
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
  const platform = choice<PhoneProfile>(
    '手机',
    Object.entries(profiles).slice(0, 3) as [PhoneProfile, string][],
    (chosen) => {
      profile = chosen
      load()
    },
  )
  const sockets = choice<number>(
    '连接上限',
    budgets.map((count) => [count, String(count)] as const),
    (count) => {
      budget = count
      const phone = handle()?.phone
      if (phone) phone.maxSockets = count
    },
  )

  function refresh(): void {
    const phone = handle()?.phone
    if (!phone) return
    state.textContent = states[phone.state] ?? ''
    state.dataset.state = phone.state
    slots.replaceChildren(
      ...Array.from({ length: phone.maxSockets }, (_, index) =>
        element('i', index < phone.sockets.open ? 'taken' : ''),
      ),
    )
    slots.title = `${phone.sockets.open} / ${phone.maxSockets}`
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
    const phone = source === frame.contentWindow ? handle()?.phone : undefined
    if (!phone) return
    phone.maxSockets = budget
    network.select('wifi')
    phone.on(() => setTimeout(refresh))
    refresh()
  })
  network.select('wifi')
  platform.select(profile)
  sockets.select(budget)
  load()

  const panel = element(
    'section',
    'panel',
    element('h2', '', name, state),
    element('div', 'field', element('label', '', '打开的连接'), slots),
    network.root,
    sockets.root,
    platform.root,
    element(
      'div',
      'actions',
      action('Home 键', '切到后台，5 秒后挂起', () => handle()?.home()),
      action('切断链路', '连接悄悄失效，谁也不知道', () => handle()?.cut()),
      action('杀掉小程序', '进程消失，存储还在', () => handle()?.kill()),
    ),
    lines,
  )
  return element('div', 'device', element('div', 'body', element('div', 'bezel', frame)), panel)
}

async function start(): Promise<void> {
  addStyle(css)
  const config = (await (await fetch('/config.json')).json()) as PreviewConfig
  const restart = element('button', 'action', '重启服务器')
  restart.addEventListener('click', () => {
    restart.disabled = true
    void fetch('/control/restart', { method: 'POST', headers: { 'x-preview': '1' } }).finally(
      () => (restart.disabled = false),
    )
  })
  const head = element(
    'header',
    '',
    element('h1', '', 'miniprogram-im'),
    element('p', '', '同一个小程序，两台模拟手机，一个真实的服务器'),
    element('span', 'server', config.server),
    ...(config.canRestart ? [restart] : []),
  )
  document.body.append(head, element('main', '', ...config.phones.map((name) => device(name, config))))
}

start().catch((error: unknown) => console.error(error))

// The desk: two phones side by side, what happens between them, and beside them the same with a plain client.
import type { PreviewConfig } from '../preview-config'
import { countTable, createBand, createOutages } from './desk/band'
import { action } from './desk/controls'
import css from './desk/desk.css'
import { createDevice, type Device } from './desk/device'
import { createLedger, type Ledger, type Step } from './desk/ledger'
import { onlyHere } from './desk/one-tab'
import { createPlainPhone } from './desk/plain'
import { runTour } from './desk/tour'
import { addStyle, element } from './element'
import type { PhoneHandle } from './phone-handle'

const FRAME_MS = 200
/** Nothing can come any more when everybody has been reachable for so long. */
const SETTLED_MS = 10_000
/** What a phone does for a message that has been given to it takes no longer. */
const PLAIN_SETTLED_MS = 3000

interface Moment {
  readonly id: string
  readonly step: Step | 'delivered' | 'read'
  readonly at: number
}
type Watchable = Partial<Record<'onMoment', (listener: (moment: Moment) => void) => unknown>>

/** Hears of every message from an app that tells it (miniprogram-demo/miniprogram/app.ts). */
function watchApp(handle: PhoneHandle, hear: (moment: Moment) => void): void {
  const { onMoment } = handle.app() as Watchable
  onMoment?.(hear)
}

function open(config: PreviewConfig): void {
  const ours = createLedger()
  const theirs = createLedger()
  const ledgers: readonly Ledger[] = [ours, theirs]
  const [firstName = 'alice', secondName = 'bob'] = config.phones
  const names = [firstName, secondName] as const
  const plain = names.map((name) => createPlainPhone(name, theirs))
  const outages = [createOutages(), createOutages(), createOutages()]
  /** Since when everybody can be reached. */
  let quietSince = Date.now()

  const devices = names.map((name, index) =>
    createDevice(
      name,
      config,
      (handle) => {
        const other = names[1 - index] ?? ''
        plain[index]?.follow(handle)
        handle.phone.on(() => ours.sockets(handle.phone.sockets.open))
        watchApp(handle, ({ id, step, at }) => {
          if (step === 'delivered' || step === 'read') return
          if (step === 'written' && !ours.entries.has(id)) plain[index]?.write(id, other)
          ours.note(name, id, step, at)
        })
      },
      () => plain[index]?.phone.network.cutSilently(),
    ),
  ) as [Device, Device]
  const [first, second] = devices

  const reachable = ({ handle }: Device): boolean => {
    const phone = handle()?.phone
    return phone?.state === 'front' && phone.network.type !== 'none' && phone.sockets.open > 0
  }

  const restartServer = async (): Promise<void> => {
    restart.disabled = true
    outages[1]?.set(true, Date.now())
    await fetch('/control/restart', { method: 'POST', headers: { 'x-preview': '1' } }).finally(() => {
      restart.disabled = false
      outages[1]?.set(false, Date.now())
    })
  }
  const restart = action('重启服务器', '', () => void restartServer())
  const caption = element('p', 'caption')
  caption.setAttribute('role', 'status')
  const account = element('div', 'account')
  const band = createBand(names, ours, outages)

  let stop: AbortController | undefined
  const begin = action('弄坏它', '', () => void tour())
  begin.classList.add('primary')
  begin.id = 'tour'

  const count = (ledger: Ledger, now: number) =>
    ledger.count(now - quietSince > (ledger === ours ? SETTLED_MS : PLAIN_SETTLED_MS))

  async function tour(): Promise<void> {
    if (stop) {
      stop.abort()
      return
    }
    stop = new AbortController()
    begin.firstChild!.textContent = '停下'
    ledgers.forEach((ledger) => ledger.clear())
    document.body.classList.add('touring')
    try {
      await runTour(
        {
          first,
          second,
          restartServer,
          say: (step, of, text) => (caption.textContent = `${step} / ${of} · ${text}`),
          underway: () => count(ours, Date.now()).sent - count(ours, Date.now()).delivered,
          pace: Number(new URLSearchParams(location.search).get('pace') ?? 1),
        },
        stop.signal,
      )
      quietSince = Math.min(quietSince, Date.now() - SETTLED_MS - 1)
      const [mine, plainly] = [count(ours, Date.now()), count(theirs, Date.now())]
      caption.textContent = `写了 ${mine.sent} 条，送达 ${mine.delivered} 条，丢失 ${mine.lost}，重复 ${mine.doubled}，同时最多 ${mine.mostSockets} 个连接。同样的事故，三十行的客户端丢了 ${plainly.lost} 条。`
      caption.dataset.end = 'true'
    } catch (error) {
      caption.textContent = stop.signal.aborted ? '已停下。随时可以再来一次。' : `没有走完：${String(error)}`
    }
    stop = undefined
    begin.firstChild!.textContent = '再弄坏一次'
    document.body.classList.remove('touring')
  }

  function draw(): void {
    const now = Date.now()
    const up = devices.map(reachable)
    outages[0]?.set(!up[0], now)
    outages[2]?.set(!up[1], now)
    if (!up.every(Boolean) || restart.disabled) quietSince = now
    band.draw(now)
    account.replaceChildren(
      countTable([
        ['miniprogram-im', count(ours, now)],
        ['三十行 wx.connectSocket', count(theirs, now)],
      ]),
    )
  }
  setInterval(draw, FRAME_MS)
  draw()

  const jump = element('nav', 'jump', ...devices.map(({ name, root }) => {
    const link = element('a', '', name)
    link.href = `#${root.id}`
    return link
  })) // prettier-ignore
  jump.setAttribute('aria-label', '手机')
  const source = element('a', '', '看它的源码')
  source.href = 'plain-client.txt'
  source.target = '_blank'
  document.body.append(
    element(
      'header',
      '',
      element('h1', '', 'miniprogram-im'),
      element('p', '', '同一个小程序，两部模拟手机，一个真实的服务器'),
      element('span', 'server', config.server),
      ...(config.canRestart ? [restart] : []),
      begin,
    ),
    caption,
    jump,
    element('main', '', ...devices.map(({ root }) => root)),
    element(
      'footer',
      '',
      band.root,
      element(
        'div',
        'accounts',
        account,
        element(
          'p',
          'explain',
          '第二行是教程里常见的三十行客户端：有心跳、会重连，没有确认、重发和去重。它写同样的消息，遇到同样的事故。',
          source,
        ),
      ),
    ),
  )
  caption.textContent = '点“弄坏它”看一分钟演示；或者自己动手：断网、切后台、杀掉小程序，再数一数消息。'
}

async function start(): Promise<void> {
  addStyle(css)
  const config = (await (await fetch('/config.json')).json()) as PreviewConfig
  await onlyHere(() => open(config))
}

start().catch((error: unknown) => console.error(error))

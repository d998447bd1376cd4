// The page from top to bottom: the diagnosis, each phone, all records. Drawn anew when the language changes.
import type { Attempt } from '../phone'
import { chart } from './chart'
import { h } from './dom'
import { createList } from './list'
import { model, type PagePhone } from './model'
import { createTable, type Table } from './table'
import {
  clockTime,
  duration,
  forgetListeners,
  onZoom,
  setLanguage,
  stateName,
  view,
  words,
  zoneOf,
  zoom,
  zoomed,
} from './view'

const meaning = (name: string) => model.meanings[name]?.[view.lang]

const top = () =>
  h(
    'header',
    { class: 'top' },
    h('div', { class: 'mark' }),
    h('h1', {}, words().title),
    h('span', { class: 'muted' }, model.phones.map(({ name }) => name).join(' · ')),
    h(
      'div',
      { class: 'languages', role: 'group' },
      ...(['zh', 'en'] as const).map((lang) =>
        h(
          'button',
          {
            'aria-pressed': String(view.lang === lang),
            click: () => {
              setLanguage(lang)
              draw()
            },
          },
          lang === 'zh' ? '中文' : 'English',
        ),
      ),
    ),
  )

const diagnosis = (table: Table) => {
  const { findings, phones } = model
  const empty = phones.every(({ count }) => count === 0)
  const shown = findings.map((finding) => {
    const { title, text, remedy } = finding[view.lang]
    return h(
      'article',
      { class: `finding ${finding.severity}` },
      h(
        'h3',
        {},
        phones.length > 1 && h('span', { class: `who p${finding.phone % 6}` }, phones[finding.phone]!.name),
        title,
      ),
      h('p', {}, text),
      remedy !== '' && h('p', { class: 'remedy' }, h('b', {}, words().remedy), remedy),
      h('button', { class: 'link', click: () => table.showRecord(finding.phone, finding.at) }, words().show, ' ↓'),
    )
  })
  if (shown.length === 0)
    shown.push(
      h(
        'article',
        { class: empty ? 'finding warn' : 'finding ok' },
        h('h3', {}, empty ? words().emptyTitle : words().healthyTitle),
        h('p', {}, empty ? words().emptyText : words().healthyText),
      ),
    )
  return h('section', { class: 'diagnosis' }, h('h2', {}, words().diagnosis), ...shown)
}

const total = (spans: readonly { readonly from: number; readonly to: number }[]) =>
  spans.reduce((sum, { from, to }) => sum + to - from, 0)
const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]

const tiles = (phone: PagePhone) => {
  const spans = phone.connections.flatMap(({ states }) => states)
  const wanted = total(spans.filter(({ what }) => !['idle', 'stopped', 'destroyed', 'closing'].includes(what)))
  const online = total(spans.filter(({ what }) => what === 'online'))
  const trips = phone.roundTrips.map(({ value }) => value)
  const failed = phone.attempts.filter(({ outcome }) => outcome !== 'online').length
  const tile = (label: string, value: string, note = '') =>
    h(
      'div',
      { class: 'tile' },
      h('span', { class: 'label' }, label),
      h('b', {}, value),
      h('span', { class: 'muted' }, note),
    )
  return h(
    'div',
    { class: 'tiles' },
    tile(words().online, wanted ? `${Math.round((online / wanted) * 1000) / 10} %` : '–', duration(online)),
    tile(words().drops, String(phone.refusals.filter(({ state }) => state === 'online').length)),
    tile(words().attempts, String(phone.attempts.length), failed ? `${failed} ✕` : ''),
    trips.length > 0 &&
      tile(
        words().roundTrip,
        duration(quantile(trips, 0.5)!),
        `${words().median} · p95 ${duration(quantile(trips, 0.95)!)}`,
      ),
    phone.sockets.length > 0 &&
      tile(
        words().mostSockets,
        String(Math.max(...phone.sockets.map(({ value }) => value))),
        `${words().ofBudget} ${phone.maxSockets ?? '?'}`,
      ),
    tile(words().recordCount, phone.count.toLocaleString(), phone.unread ? `${phone.unread} ${words().unread}` : ''),
  )
}

const chips = ({ header, starts }: PagePhone) => {
  const device = header?.device ?? {}
  const texts = [
    device.model,
    device.system,
    device.platform && `${device.platform}${device.client ? ` · WeChat ${device.client}` : ''}`,
    device.baseLibrary && `${words().baseLibrary} ${device.baseLibrary}`,
    header?.sdk && `${words().sdk} ${header.sdk}`,
    device.appVersion && `${words().appVersion} ${device.appVersion}`,
    starts.length > 1 && `${starts.length} ${words().starts}`,
  ]
  return h('div', { class: 'chips' }, ...texts.flatMap((text) => (text ? [h('span', {}, text)] : [])))
}

const refusalTable = (index: number, phone: PagePhone, table: Table) => {
  const byName = new Map<string, typeof phone.refusals>()
  for (const refusal of phone.refusals) byName.set(refusal.name, [...(byName.get(refusal.name) ?? []), refusal])
  if (byName.size === 0) return undefined
  return h(
    'table',
    { class: 'refusals' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...[words().code, words().meaning, words().remedy, words().count, words().last].map((text) =>
          h('th', {}, text),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      ...[...byName]
        .sort((a, b) => b[1].length - a[1].length)
        .map(([name, all]) => {
          const last = all[all.length - 1]!
          return h(
            'tr',
            { click: () => table.showRecord(index, last.at) },
            h('td', {}, h('b', {}, last.code), h('div', { class: 'muted' }, name)),
            h('td', {}, meaning(name)?.[0] ?? name, last.detail !== '' && h('div', { class: 'muted' }, last.detail)),
            h('td', {}, meaning(name)?.[1] ?? ''),
            h('td', { class: 'right' }, all.length),
            h('td', { class: 'right' }, clockTime(last.t, zoneOf(index))),
          )
        }),
    ),
  )
}

const attemptList = (index: number, phone: PagePhone, table: Table) => {
  const longest = Math.max(1, ...phone.attempts.map(({ phases }) => busy(phases)))
  const draw = (attempt: Attempt) =>
    h(
      'div',
      { class: 'attempt-row' },
      h('span', { class: 'number' }, `#${attempt.connection}·${attempt.number}`),
      h('span', { class: 'time' }, clockTime(attempt.from, zoneOf(index))),
      h('span', { class: 'right' }, attempt.delay ? duration(attempt.delay) : '–'),
      h('span', { class: 'cause' }, attempt.cause ? (meaning(attempt.cause)?.[0] ?? attempt.cause) : '–'),
      h(
        'span',
        { class: 'phases' },
        h(
          'span',
          {},
          ...attempt.phases
            .filter(([state]) => !['online', 'waiting', 'paused'].includes(state))
            .map(([state, ms]) =>
              h('i', {
                class: `s-${state}`,
                style: `width:${Math.max(1.5, (ms / longest) * 100)}%`,
                title: `${stateName(state)} ${duration(ms)}`,
              }),
            ),
        ),
        h('em', {}, duration(busy(attempt.phases))),
      ),
      h('span', { class: attempt.outcome === 'online' ? 'good' : attempt.outcome ? 'bad' : 'muted' }, outcome(attempt)),
    )
  const list = createList<Attempt>(28, draw, ({ at }) => table.showRecord(index, at))
  list.element.style.height = `${Math.min(phone.attempts.length, 9.5) * 28 + 2}px`
  requestAnimationFrame(() => list.show(phone.attempts))
  const head = ['#', words().time, words().waited, words().because, words().phases, words().outcome]
  return h(
    'div',
    { class: 'attempts' },
    h('div', { class: 'attempt-row head' }, ...head.map((text) => h('span', {}, text))),
    list.element,
  )
}

const busy = (phases: Attempt['phases']) =>
  phases.filter(([state]) => !['online', 'waiting', 'paused'].includes(state)).reduce((sum, [, ms]) => sum + ms, 0)

const outcome = ({ outcome: name, phases }: Attempt) => {
  const online = phases.filter(([state]) => state === 'online').reduce((sum, [, ms]) => sum + ms, 0)
  if (name === 'online') return online ? `${words().online} ${duration(online)}` : words().online
  return name === '' ? words().unfinished : `✕ ${meaning(name)?.[0] ?? name}`
}

const phoneCard = (index: number, phone: PagePhone, table: Table) => {
  if (phone.count === 0)
    return h('section', { class: 'card' }, h('h2', {}, phone.name), h('p', { class: 'muted' }, words().emptyText))
  const refusals = refusalTable(index, phone, table)
  return h(
    'section',
    { class: 'card phone' },
    h('div', { class: 'phone-head' }, h('h2', {}, h('span', { class: `dot p${index % 6}` }), phone.name), chips(phone)),
    tiles(phone),
    chart(index, phone, (t) => table.showTime(t)),
    phone.attempts.length > 0 && h('h3', {}, words().attempts),
    phone.attempts.length > 0 && attemptList(index, phone, table),
    refusals && h('h3', {}, words().refusals),
    refusals,
  )
}

const STATES = [
  'online',
  'opening',
  'handshaking',
  'authorizing',
  'queued',
  'waiting',
  'paused',
  'gaveUp',
  'stopped',
  'idle',
]

const legend = () => {
  const reset = h('button', { class: 'link', click: () => zoom(0, 1), hidden: !zoomed() }, words().reset)
  onZoom(() => (reset.hidden = !zoomed()))
  return h(
    'div',
    { class: 'legend' },
    ...STATES.map((state) => h('span', {}, h('i', { class: `s-${state}` }), stateName(state))),
    h('span', { class: 'muted hint' }, words().zoomHint),
    reset,
  )
}

const draw = () => {
  forgetListeners()
  document.documentElement.lang = view.lang === 'zh' ? 'zh-CN' : 'en'
  document.title = words().title
  const table = createTable()
  document
    .getElementById('page')!
    .replaceChildren(
      top(),
      h(
        'main',
        {},
        diagnosis(table),
        legend(),
        ...model.phones.map((phone, i) => phoneCard(i, phone, table)),
        table.element,
      ),
    )
}

draw()

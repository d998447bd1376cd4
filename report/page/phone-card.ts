// What there is to know of one phone: its figures, its time line, every attempt, and what refused it.
import { percent } from '../format'
import { meaningOf } from '../meanings'
import { availabilityOf } from '../online'
import type { Attempt, Phone } from '../phone'
import { chart } from './chart'
import { h } from './dom'
import { createList } from './list'
import type { Table } from './table'
import { clockTime, duration, stateName, view, words, zoneOf } from './view'

const meaning = (name: string) => meaningOf(name)[view.lang]

const clockNote = (phone: Phone) => {
  const steps = phone.clock.map(({ ahead }) => words().clock(duration(Math.abs(ahead)), ahead > 0))
  return steps.length > 0 && h('p', { class: 'muted clock' }, [...new Set(steps)].join(' · '), words().aligned)
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]

const tiles = (phone: Phone) => {
  const { wanted, online, drops } = availabilityOf(phone)
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
    tile(words().online, wanted ? percent(online / wanted) : '–', words().whenItCouldBe),
    tile(words().drops, String(drops)),
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
        String(phone.sockets.reduce((most, { value }) => Math.max(most, value), 0)),
        `${words().ofBudget} ${phone.maxSockets ?? '?'}`,
      ),
    tile(
      words().recordCount,
      phone.records.length.toLocaleString(),
      phone.unread ? `${phone.unread} ${words().unread}` : '',
    ),
  )
}

const chips = ({ header, starts }: Phone) => {
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

const refusalTable = (index: number, phone: Phone, table: Table) => {
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
            h(
              'td',
              { 'data-label': words().meaning },
              meaning(name)[0],
              last.detail !== '' && h('div', { class: 'muted' }, last.detail),
            ),
            h('td', { 'data-label': words().remedy }, meaning(name)[1]),
            h('td', { class: 'right', 'data-label': words().count }, all.length),
            h('td', { class: 'right', 'data-label': words().last }, clockTime(last.t, zoneOf(index))),
          )
        }),
    ),
  )
}

const attemptList = (index: number, phone: Phone, table: Table) => {
  const longest = Math.max(1, ...phone.attempts.map(({ phases }) => busy(phases)))
  const draw = (attempt: Attempt) =>
    h(
      'div',
      { class: 'attempt-row' },
      h('span', { class: 'number' }, `#${attempt.connection}·${attempt.number}`),
      h('span', { class: 'time' }, clockTime(attempt.from, zoneOf(index))),
      h('span', { class: 'right' }, attempt.delay ? duration(attempt.delay) : '–'),
      h('span', { class: 'cause' }, attempt.cause ? meaning(attempt.cause)[0] : '–'),
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
  return name === '' ? words().unfinished : `✕ ${meaning(name)[0]}`
}

export const phoneCard = (index: number, phone: Phone, table: Table) => {
  if (phone.records.length === 0)
    return h('section', { class: 'card' }, h('h2', {}, phone.name), h('p', { class: 'muted' }, words().emptyText))
  const refusals = refusalTable(index, phone, table)
  return h(
    'section',
    { class: 'card phone' },
    h('div', { class: 'phone-head' }, h('h2', {}, h('span', { class: `dot p${index % 6}` }), phone.name), chips(phone)),
    clockNote(phone),
    tiles(phone),
    chart(index, phone, (t) => table.showTime(t)),
    phone.attempts.length > 0 && h('h3', {}, words().attempts),
    phone.attempts.length > 0 && attemptList(index, phone, table),
    refusals && h('h3', {}, words().refusals),
    refusals,
  )
}

// The table of all records: filtered by words, level, area, phone and the time in view; one record in full beside it.
import { h } from './dom'
import { createList } from './list'
import { meaningOf } from '../meanings'
import { isErrorName } from '../phone'
import { copyButton } from './copy'
import { model, type Row } from './model'
import { day, fullTime, onZoom, scale, view, words, zoneOf, zoomed } from './view'

/** What is printed of a long log; the page says how much that is. */
const PRINTED = 400

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']

/** What a reader filters by; kept when the language changes. */
const filter = { text: '', level: 0, area: '', phone: -1, inView: false }

const brief = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const fieldsOf = ({ record }: Row) =>
  Object.entries(record.fields)
    .map(([name, value]) => `${name}=${brief(value)}`)
    .join('  ')

export interface Table {
  readonly element: HTMLElement
  showRecord(phone: number, at: number): void
  showTime(t: number): void
}

export const createTable = (): Table => {
  const { phones, rows } = model
  const several = phones.length > 1
  let shown: readonly Row[] = []

  const draw = (row: Row) => {
    const { record, phone } = row
    return h(
      'div',
      { class: `record l${record.level}` },
      h('span', { class: 'time' }, fullTime(record.t, zoneOf(phone))),
      several && h('span', { class: `who p${phone % 6}` }, phones[phone]!.name),
      h('span', { class: 'level' }, LEVELS[record.level]),
      h(
        'span',
        { class: 'number' },
        record.connection === undefined
          ? ''
          : `#${record.connection}${record.attempt === undefined ? '' : `·${record.attempt}`}`,
      ),
      h('span', { class: `event a-${record.area.replace(/\W/g, '')}` }, `${record.area}.${record.event}`),
      h('span', { class: 'fields' }, fieldsOf(row)),
    )
  }

  const detail = h('div', { class: 'detail' })
  const choose = (row: Row) => {
    const { name } = row.record.fields
    const meaning = typeof name === 'string' && isErrorName(name) && meaningOf(name)[view.lang]
    detail.replaceChildren(
      h('b', {}, `${row.record.area}.${row.record.event}`),
      h(
        'p',
        { class: 'muted' },
        `${day(row.t, zoneOf(row.phone))} ${fullTime(row.record.t, zoneOf(row.phone))}${several ? ` · ${phones[row.phone]!.name}` : ''}`,
      ),
      meaning ? h('p', { class: 'meaning' }, meaning[0], h('br'), h('span', { class: 'muted' }, meaning[1])) : '',
      h('pre', {}, JSON.stringify(JSON.parse(row.record.line), null, 2)),
      copyButton(() => row.record.line),
    )
  }
  const list = createList<Row>(26, draw, choose)

  const count = h('span', { class: 'muted count' })
  const apply = () => {
    const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
    const [from, to] = filter.inView && zoomed() ? [scale.time(view.from), scale.time(view.to)] : [-Infinity, Infinity]
    shown = rows.filter(
      (row) =>
        row.record.level >= filter.level &&
        (filter.area === '' || row.record.area === filter.area) &&
        (filter.phone < 0 || row.phone === filter.phone) &&
        row.t >= from &&
        row.t <= to &&
        terms.every((term) => row.lower.includes(term)),
    )
    count.textContent = `${shown.length.toLocaleString()} / ${rows.length.toLocaleString()} ${words().records}`
    list.show(shown)
  }

  const select = (
    options: readonly (readonly [value: string, label: string])[],
    value: string,
    change: (value: string) => void,
  ) =>
    h(
      'select',
      {
        change: (event: Event) => {
          change((event.target as HTMLSelectElement).value)
          apply()
        },
      },
      ...options.map(([key, label]) => h('option', { value: key, selected: key === value }, label)),
    )

  const areas = [...new Set(rows.map(({ record }) => record.area))].sort()
  const inView = h('input', {
    type: 'checkbox',
    change: (event: Event) => {
      filter.inView = (event.target as HTMLInputElement).checked
      apply()
    },
  })
  inView.checked = filter.inView
  const search = h('input', {
    type: 'search',
    placeholder: words().search,
    'aria-label': words().search,
    input: (event: Event) => {
      filter.text = (event.target as HTMLInputElement).value
      apply()
    },
  })
  search.value = filter.text
  const bar = h(
    'div',
    { class: 'filters' },
    search,
    select(
      LEVELS.map((name, i) => [String(i), i ? `≥ ${name}` : `${words().level}: ${words().all}`]),
      String(filter.level),
      (value) => (filter.level = Number(value)),
    ),
    select(
      [['', `${words().what}: ${words().all}`], ...areas.map((area) => [area, area] as const)],
      filter.area,
      (value) => (filter.area = value),
    ),
    several &&
      select(
        [['-1', `${words().phone}: ${words().all}`], ...phones.map(({ name }, i) => [String(i), name] as const)],
        String(filter.phone),
        (value) => (filter.phone = Number(value)),
      ),
    h('label', {}, inView, words().range),
    count,
  )
  onZoom(() => {
    if (filter.inView) apply()
  })

  const printed = h('div', { class: 'printed' })
  const element = h(
    'section',
    { class: 'card table' + (several ? ' several' : '') },
    bar,
    h('div', { class: 'split' }, list.element, detail),
    printed,
  )
  // Only rows in view exist; paper gets rows of its own, and is told what it does not get.
  window.onbeforeprint = () =>
    printed.replaceChildren(
      h('p', {}, words().printed(Math.min(PRINTED, shown.length), shown.length)),
      ...shown.slice(0, PRINTED).map(draw),
    )
  window.onafterprint = () => printed.replaceChildren()
  const reveal = (row: Row) => {
    let index = shown.indexOf(row)
    if (index < 0) {
      Object.assign(filter, { text: '', level: 0, area: '', phone: -1, inView: false })
      search.value = ''
      inView.checked = false
      bar.querySelectorAll('select').forEach((box) => (box.selectedIndex = 0))
      apply()
      index = shown.indexOf(row)
    }
    list.reveal(index)
    choose(row)
    element.scrollIntoView({ block: 'nearest' })
  }
  requestAnimationFrame(apply)

  return {
    element,
    showRecord(phone, at) {
      const row = rows.find((one) => one.phone === phone && one.at === at)
      if (row) reveal(row)
    },
    showTime(t) {
      const row = shown.find((one) => one.t >= t) ?? shown[shown.length - 1]
      if (row) reveal(row)
    },
  }
}

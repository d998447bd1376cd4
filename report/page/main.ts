// The page from top to bottom: each phone in a sentence, the picture, the findings, the details. Drawn anew when the language changes.
import type { Finding } from '../diagnosis'
import { percent } from '../format'
import { meaningOf } from '../meanings'
import { availabilityOf } from '../online'
import type { Attempt, Phone } from '../phone'
import { decode, readLog, troubleOf } from '../read'
import { chart } from './chart'
import { copyButton } from './copy'
import { h } from './dom'
import { createList } from './list'
import { model, showLogs } from './model'
import { numberOf, overview } from './overview'
import { createTable, type Table } from './table'
import {
  clockTime,
  duration,
  forgetListeners,
  onZoom,
  resetView,
  setLanguage,
  stateName,
  view,
  words,
  zoneOf,
  zoom,
  zoomed,
} from './view'

const meaning = (name: string) => meaningOf(name)[view.lang]

/** What was wrong with files that were dropped or chosen, to be said until others come. */
let troubles: readonly string[] = []

const openFiles = async (files: readonly File[]) => {
  const texts = await Promise.all(
    files.map(async (file) => ({ name: file.name, text: decode(new Uint8Array(await file.arrayBuffer())) })),
  )
  const judged = texts.map((text) => ({ text, trouble: troubleOf(readLog(text)) }))
  troubles = judged.flatMap(({ text, trouble }) => (trouble ? [`${text.name}: ${words()[trouble]}`] : []))
  const good = judged.flatMap(({ text, trouble }) => (trouble ? [] : [text]))
  if (good.length > 0) {
    showLogs(good)
    resetView()
  }
  draw()
}

const top = () => {
  const chooser = h('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    'aria-label': words().openLogs,
    change: () => void openFiles([...(chooser.files ?? [])]),
  })
  return h(
    'header',
    { class: 'top' },
    h('div', { class: 'mark' }),
    h('h1', {}, words().title),
    h('span', { class: 'muted' }, model.phones.map(({ name }) => name).join(' · ')),
    chooser,
    h('button', { class: 'open', title: words().dropHint, click: () => chooser.click() }, words().openLogs),
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
}

const summary = () =>
  h(
    'section',
    { class: 'summary' },
    ...model.summaries.map((one, index) => {
      const { text, answer } = one[view.lang]
      return h(
        'div',
        { class: 'said' },
        h('p', {}, h('span', { class: `dot p${index % 6}` }), text),
        model.phones[index]!.records.length > 0 &&
          h(
            'details',
            { class: 'answer' },
            h('summary', {}, words().answer),
            h('p', {}, answer),
            copyButton(() => answer),
          ),
      )
    }),
  )

const clockNote = (phone: Phone) => {
  const steps = phone.clock.map(({ ahead }) => words().clock(duration(Math.abs(ahead)), ahead > 0))
  return steps.length > 0 && h('p', { class: 'muted clock' }, [...new Set(steps)].join(' · '), words().aligned)
}

const findingId = (finding: Finding) => `finding-${numberOf(finding)}`

const showFinding = (finding: Finding) => {
  const element = document.getElementById(findingId(finding))
  element?.scrollIntoView({ block: 'center' })
  element?.focus()
}

const diagnosis = (table: Table) => {
  const { findings, phones } = model
  const empty = phones.every(({ records }) => records.length === 0)
  const shown = findings.map((finding) => {
    const { title, text, remedy } = finding[view.lang]
    return h(
      'article',
      { class: `finding ${finding.severity}`, id: findingId(finding), tabindex: -1 },
      h('span', { class: 'mark-number' }, numberOf(finding)),
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

const phoneCard = (index: number, phone: Phone, table: Table) => {
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

/** A page without logs says what to do with it. */
const waiting = () =>
  h('section', { class: 'card drop' }, h('h2', {}, words().dropTitle), h('p', { class: 'muted' }, words().dropHint))

const trouble = () => h('div', { class: 'trouble', role: 'alert' }, ...troubles.map((text) => h('p', {}, text)))

const draw = () => {
  forgetListeners()
  document.documentElement.lang = view.lang === 'zh' ? 'zh-CN' : 'en'
  document.title = words().title
  const table = createTable()
  const found = model.phones.some(({ records }) => records.length > 0)
  document.getElementById('page')!.replaceChildren(
    top(),
    h(
      'main',
      {},
      troubles.length > 0 && trouble(),
      ...(model.phones.length === 0
        ? [waiting()]
        : [
            summary(),
            found &&
              h(
                'section',
                { class: 'card picture' },
                legend(),
                overview(showFinding, (t) => table.showTime(t)),
              ),
            diagnosis(table),
            ...model.phones.map((phone, i) => phoneCard(i, phone, table)),
            table.element,
          ]),
    ),
  )
}

for (const type of ['dragenter', 'dragover'] as const)
  document.addEventListener(type, (event) => {
    event.preventDefault()
    document.body.classList.add('dragged')
  })
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) document.body.classList.remove('dragged')
})
document.addEventListener('drop', (event) => {
  event.preventDefault()
  document.body.classList.remove('dragged')
  const files = [...(event.dataTransfer?.files ?? [])]
  if (files.length > 0) void openFiles(files)
})

draw()

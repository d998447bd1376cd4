// The page from top to bottom: each phone in a sentence, the picture, the findings, the details. Drawn anew when the language changes.
import type { Finding } from '../diagnosis'
import { decode, readLog, troubleOf } from '../read'
import { copyButton } from './copy'
import { h } from './dom'
import { model, showLogs } from './model'
import { numberOf, overview } from './overview'
import { phoneCard } from './phone-card'
import { createTable, type Table } from './table'
import { forgetListeners, onZoom, resetView, setLanguage, stateName, view, words, zoom, zoomed } from './view'

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

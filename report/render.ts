// One HTML page that needs nothing but itself: the model and the records as data, the page's own style and script.
import { assets } from './assets'
import { diagnose } from './diagnosis'
import { meaningOf } from './meanings'
import { readPhone, type Phone } from './phone'
import { readLog, type NamedText } from './read'
import type { Language } from './rule'
import { words } from './words'

export interface ReportOptions {
  /** The language it opens in; it can be switched in the page. zh. */
  readonly lang?: Language
}

export type { NamedText } from './read'

/** What a page is made of, for whoever wants the findings without the page. */
export const analyse = (texts: readonly NamedText[]) => {
  const phones = texts.map((text) => readPhone(readLog(text)))
  return { phones, findings: diagnose(phones) }
}

// Inside a script element only `<` could end it.
const data = (value: unknown) => JSON.stringify(value).replace(/</g, '\\u003c')

const withoutRecords = ({ records, ...phone }: Phone) => ({ ...phone, count: records.length })

/** The report on one or more logs as a self-contained HTML page. */
export const renderReport = (texts: readonly NamedText[], { lang = 'zh' }: ReportOptions = {}): string => {
  const { phones, findings } = analyse(texts)
  const names = [...new Set(phones.flatMap(({ refusals }) => refusals.map(({ name }) => name)))]
  const model = {
    lang,
    words,
    findings,
    meanings: Object.fromEntries(names.map((name) => [name, meaningOf(name)])),
    phones: phones.map(withoutRecords),
  }
  const logs = phones.map(
    ({ records }, i) =>
      `<script type="application/x-ndjson" id="log-${i}">\n${records.map(data).join('\n')}\n</script>`,
  )
  const { script, style } = assets()
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${words[lang].title}</title>
<style>
${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="model">${data(model)}</script>
${logs.join('\n')}
<script>
${script.replace(/<\/script/g, '<\\/script')}</script>
</body>
</html>
`
}

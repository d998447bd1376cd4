// One HTML page that needs nothing but itself: the logs as text, and the page's own style and script, which read them.
import { assets } from './assets'
import type { NamedText } from './read'
import type { Language } from './rule'
import { words } from './words'

export interface ReportOptions {
  /** The language it opens in; it can be switched in the page. zh. */
  readonly lang?: Language
}

export type { NamedText } from './read'

// Inside a script element only `<` could end it, and in JSON it may be written so.
const contained = (text: string) => text.replace(/</g, '\\u003c')

/** The report on logs as a self-contained HTML page; without any it waits for one to be dropped on it. */
export const renderReport = (texts: readonly NamedText[], { lang = 'zh' }: ReportOptions = {}): string => {
  const start = { lang, names: texts.map(({ name }) => name) }
  const logs = texts.map(
    ({ text }, i) => `<script type="application/x-ndjson" id="log-${i}">\n${contained(text)}\n</script>`,
  )
  const { script, style } = assets()
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${words[lang].title}</title>
<style>
${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="start">${contained(JSON.stringify(start))}</script>
${logs.join('\n')}
<script>
${script.replace(/<\/script/g, '<\\/script')}</script>
</body>
</html>
`
}

// WXSS to CSS: rpx and vh, @import, `page`, built-in tags, and the class prefix that isolates a component's styles.
import fs from 'node:fs'
import path from 'node:path'
import postcss, { type AtRule } from 'postcss'
import selectorParser from 'postcss-selector-parser'
import { builtinTemplates } from './browser/builtins/templates'

/** 750rpx are the width of the screen; 100vh end where the navigation bar and the tab bar begin. */
export const toCssLengths = (value: string): string =>
  value
    .replace(/(\{\{[^}]*\}\}|-?[\d.]+)rpx\b/g, 'calc($1 * 100vw / 750)')
    .replace(/(-?[\d.]+)vh\b/g, 'calc($1 * var(--vh))')

export function compileStyle(file: string, scope?: string, seen = new Set<string>()): string {
  if (!fs.existsSync(file) || seen.has(file)) return ''
  seen.add(file)
  const root = postcss.parse(fs.readFileSync(file, 'utf8'), { from: file })
  let imported = ''
  root.walkAtRules('import', (rule) => {
    const target = rule.params.replace(/['";]|url\(|\)/g, '').trim()
    imported += compileStyle(path.resolve(path.dirname(file), target), scope, seen)
    rule.remove()
  })
  const select = selectorParser((selectors) => {
    selectors.walkTags((tag) => {
      if (tag.value === 'page') tag.value = '.mp-page'
      else if (tag.value in builtinTemplates) tag.value = `wx-${tag.value}`
    })
    if (!scope) return
    selectors.walkClasses((name) => {
      name.value = `${scope}--${name.value}`
    })
    selectors.walkPseudos((pseudo) => {
      if (pseudo.value === ':host')
        pseudo.replaceWith(
          selectorParser.attribute({ attribute: 'wx-host', operator: '=', value: scope, quoteMark: '"', raws: {} }),
        )
    })
  })
  root.walkRules((rule) => {
    const inKeyframes = rule.parent?.type === 'atrule' && (rule.parent as AtRule).name.includes('keyframes')
    if (!inKeyframes) rule.selector = select.processSync(rule.selector)
  })
  root.walkDecls((declaration) => {
    declaration.value = toCssLengths(declaration.value)
  })
  return imported + root.toString()
}

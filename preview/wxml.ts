// WXML to glass-easel templates. Built-in tags become wx-*, because <input> in a real document would be the browser's own.
import fs from 'node:fs'
import path from 'node:path'
import { TmplGroup } from 'glass-easel-template-compiler'
import { builtinTemplates } from './browser/builtins/templates'
import { toCssLengths } from './wxss'

interface TemplateProblem {
  readonly path: string
  readonly message: string
  readonly startLine: number
  readonly startColumn: number
  readonly isError: boolean
}

const builtins = Object.keys(builtinTemplates).join('|')
// Comments and scripts are skipped over, so that a tag name inside them stays what it is.
const tag = new RegExp(`<!--[\\s\\S]*?-->|<wxs\\b[^>]*>[\\s\\S]*?</wxs>|<(/?)(${builtins})(?=[\\s/>])`, 'g')

const rename = (source: string): string =>
  source
    .replace(/<wxs\b([^>]*)\/>/g, '<wxs$1></wxs>')
    .replace(tag, (all: string, slash?: string, name?: string) => (name ? `<${slash ?? ''}wx-${name}` : all))
    .replace(/\sstyle="([^"]*)"/g, (_, style: string) => ` style="${toCssLengths(style)}"`)

/** A JavaScript expression: the templates of every .wxml under the root, by path. Throws with file and line on a mistake. */
export function compileTemplates(root: string): string {
  const group = new TmplGroup()
  const problems: TemplateProblem[] = []
  for (const entry of fs.readdirSync(root, { recursive: true }) as string[]) {
    const name = entry.split(path.sep).join('/')
    const read = () => fs.readFileSync(path.join(root, name), 'utf8')
    if (name.endsWith('.wxml'))
      problems.push(...((group.addTmpl(name.slice(0, -5), rename(read())) ?? []) as TemplateProblem[]))
    else if (name.endsWith('.wxs')) group.addScript(name.slice(0, -4), read())
  }
  if (problems.length)
    throw new Error(problems.map((p) => `${p.path}:${p.startLine + 1}:${p.startColumn}: ${p.message}`).join('\n'))
  return group.getTmplGenObjectGroups()
}

/** The same for the built-in components themselves. */
export function compileBuiltins(): string {
  const group = new TmplGroup()
  for (const [name, template] of Object.entries(builtinTemplates)) group.addTmpl(`builtin/${name}`, template)
  return group.getTmplGenObjectGroups()
}

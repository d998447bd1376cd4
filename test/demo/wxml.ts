// What the official WXML compiler and the names in the templates say about a mini-program's folder.
import fs from 'node:fs'
import path from 'node:path'
import { from } from '../../dependencies/install'

// The official compiler, as the npm package of WeChat's own test tool brings it.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types and no ES module
const { wxmlToJs } = require(from('wechat', 'miniprogram-compiler')) as { wxmlToJs: (root: string) => string }

/** Throws what wcc complains of. */
export const compileWithWcc = (root: string): string => wxmlToJs(root)

const handler = /\b(?:capture-)?(?:bind|catch|mut-bind):?([a-z]+)="([^"{}]+)"/g

/** Handlers that a template names and its script does not define, as "page: tap=name". */
export function missingHandlers(root: string): string[] {
  const templates = (fs.readdirSync(root, { recursive: true }) as string[]).filter(
    (file) => file.endsWith('.wxml') && !file.includes('miniprogram_npm'),
  )
  return templates.flatMap((file) => {
    // A file of templates has no script of its own: its handlers are those of the page beside it.
    const own = path.join(root, file.replace(/wxml$/, 'ts'))
    const script = fs.readFileSync(fs.existsSync(own) ? own : path.join(own, '../index.ts'), 'utf8')
    const defined = new Set([...script.matchAll(/^ {2,4}(?:async )?(\w+)\(.*\{$/gm)].map(([, name]) => name))
    const template = fs.readFileSync(path.join(root, file), 'utf8')
    return [...template.matchAll(handler)]
      .filter(([, , name]) => !defined.has(name))
      .map(([, event, name]) => `${file}: ${event}=${name}`)
  })
}

// Which links of a Markdown page lead nowhere: files that are missing, headings that no page has.
import { posix } from 'node:path'

/** The text of a page or `''` for any other file; undefined when there is no such file or folder. */
export type Lookup = (path: string) => string | undefined

const withoutCode = (page: string) => page.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, 'code')

/** The anchor that GitHub gives a heading. */
const anchor = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')

export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of page.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const name = anchor(heading!)
    let unique = name
    for (let i = 1; anchors.has(unique); i++) unique = `${name}-${String(i)}`
    anchors.add(unique)
  }
  for (const [, id] of page.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id!)
  return anchors
}

/** The dead links of the page at `path`, as they are written. Links to other sites are not followed. */
export function deadLinks(path: string, page: string, lookup: Lookup): string[] {
  const written = [
    ...withoutCode(page).matchAll(
      /\]\(<?([^()\s>]+(?:\([^()\s]*\))?[^()\s>]*)>?(?: "[^"]*")?\)|<img [^>]*src="([^"]+)"/g,
    ),
  ]
  const targets = written.map(([, link, image]) => (link ?? image)!).filter((target) => !/^[a-z]+:/i.test(target))
  return targets.filter((target) => {
    const [file = '', heading] = target.split('#', 2)
    const there = file === '' ? page : lookup(posix.join(posix.dirname(path), decodeURI(file)))
    return there === undefined || (heading !== undefined && !anchorsOf(there).has(decodeURIComponent(heading)))
  })
}

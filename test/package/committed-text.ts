// What may not stand in a committed file: where this machine keeps things, and where its packages come from.
import { homedir } from 'node:os'
import { root } from '../../tools/project'

// Written in pieces, so that this file does not accuse itself.
const someHome = new RegExp(
  ['/home', 'Users', 'work'].map((folder) => `${folder.startsWith('/') ? '' : '/'}${folder}/[a-z][\\w.-]*/`).join('|'),
)
const registry = new RegExp(
  `https?://(?:[\\w.-]+\\.)?(?:registry|npm|npmmirror|verdaccio|artifactory|nexus)\\.[\\w./:-]*`,
  'i',
)
const pages = /^https?:\/\/(?:www\.)?(?:npm\.im|npmjs\.com)/ // pages about packages, which are no registries

/** The offending places, `line: text`; empty when there are none. */
export function offences(text: string, machine = [root, homedir()]): string[] {
  return text.split('\n').flatMap((line, i) => {
    const host = registry.exec(line)?.[0]
    const found = [
      machine.find((path) => line.includes(`${path}/`)),
      someHome.exec(line)?.[0],
      host && !pages.test(host) ? host : undefined,
    ]
    return found.filter((what) => what !== undefined).map((what) => `${String(i + 1)}: ${what}`)
  })
}

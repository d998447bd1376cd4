// Which pages and components a mini-program consists of: app.json, followed through every usingComponents.
import fs from 'node:fs'
import path from 'node:path'
import type { AppConfig, ComponentConfig, Graph } from './app-config'

export function readGraph(root: string): Graph {
  const json = (name: string) => JSON.parse(fs.readFileSync(path.join(root, `${name}.json`), 'utf8')) as unknown
  const exists = (name: string) => fs.existsSync(path.join(root, `${name}.json`))
  const app = json('app') as AppConfig
  const components: Record<string, Graph['components'][string]> = {}

  const locate = (from: string, target: string): string => {
    const relative = target.startsWith('/') ? target.slice(1) : path.posix.join(path.posix.dirname(from), target)
    const found = [relative, `miniprogram_npm/${target}`].find(exists)
    if (!found) throw new Error(`${from}.json: no component at ${target}`)
    return found
  }
  const visit = (name: string, isPage: boolean): void => {
    if (components[name]) return
    const config = json(name) as ComponentConfig
    const using: Record<string, string> = {}
    const isolated = !isPage && !config.styleIsolation?.includes('shared')
    components[name] = {
      ...config,
      usingComponents: using,
      isPage,
      ...(isolated && { scope: `c${Object.keys(components).length}` }),
    }
    for (const [tag, target] of Object.entries({ ...app.usingComponents, ...config.usingComponents })) {
      const found = locate(name, target)
      using[tag] = `/${found}`
      visit(found, false)
    }
  }
  for (const page of app.pages) visit(page, true)
  return { app, components }
}

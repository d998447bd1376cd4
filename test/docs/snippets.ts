// The code of a page, and how to run it as an app on a simulated phone would.
import { transformSync } from 'esbuild'
import type { World } from '../doors/world'

/** The code blocks whose first line is ```` ```<info> ````. */
export const snippets = (page: string, info: string): string[] =>
  [...page.matchAll(/^```([^\n]*)\n([\s\S]*?)^```/gm)].filter(([, told]) => told === info).map(([, , code]) => code!)

/** Runs it with these names to be had; what it prints is in `world.booted.console`. Later wishes see its variables by name. */
export const run = (
  world: World,
  code: string,
  globals: Readonly<Record<string, unknown>>,
  wanted: string,
): unknown => {
  const script = transformSync(`${code}\nexports.wanted = ${wanted}`, { format: 'cjs', target: 'es2015' }).code
  const names = ['require', 'module', 'exports', ...Object.keys(globals)]
  const load = world.booted.run(
    `(function (${names.join(', ')}) { ${script}\n return module.exports.wanted || exports.wanted })`,
  )
  const module = { exports: {} }
  return (load as (...values: unknown[]) => unknown)(
    world.booted.require,
    module,
    module.exports,
    ...Object.values(globals),
  )
}

/** The addresses that pages write, replaced by the server of the test. */
export const here = (world: World, code: string): string =>
  code
    .replaceAll(/'wss?:\/\/[^']+'/g, `'${world.server.url}'`)
    .replaceAll(/'https?:\/\/[^']+'/g, `'${world.server.apiUrl}'`)

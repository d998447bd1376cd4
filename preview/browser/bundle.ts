// What ../build.ts hands over in app.js: the compiled mini-program, waiting for the globals of a phone.
import type { Graph } from '../app-config'

export interface Bundle {
  readonly templates: Readonly<Record<string, unknown>>
  readonly styles: Readonly<Record<string, string>>
  readonly appStyle: string
  runApp(): void
  readonly scripts: Readonly<Record<string, () => void>>
}

/** Everything that a mini-program's code can see of the world; `undefined` for what it must not see. */
export type Globals = Readonly<Record<string, unknown>>

declare global {
  // Defined by app.js.
  function miniprogram(globals: Globals): Bundle
  const miniprogramGraph: Graph
}

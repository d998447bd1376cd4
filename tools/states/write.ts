// npm run docs:states: writes docs/states.md.
import { writeFileSync } from 'node:fs'
import { statesPage } from './page'

writeFileSync('docs/states.md', statesPage())

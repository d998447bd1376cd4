// npm run docs:reliability: writes docs/reliability.md.
import { writeFileSync } from 'node:fs'
import { reliabilityPage } from './page'

writeFileSync('docs/reliability.md', reliabilityPage())

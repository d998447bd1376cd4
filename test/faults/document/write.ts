// npm run docs:reliability: writes docs/reliability.md and docs/reliability.zh-CN.md.
import { writeFileSync } from 'node:fs'
import { languages, pathIn } from '../../../tools/language'
import { reliabilityPage } from './page'

for (const language of languages) writeFileSync(pathIn(language, 'docs/reliability.md'), reliabilityPage(language))

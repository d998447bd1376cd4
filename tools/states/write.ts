// npm run docs:states: writes docs/states.md and docs/states.zh-CN.md.
import { writeFileSync } from 'node:fs'
import { moves } from './explore'
import { statesPage } from './page'

const found = moves()
writeFileSync('docs/states.md', statesPage('en', found))
writeFileSync('docs/states.zh-CN.md', statesPage('zh', found))

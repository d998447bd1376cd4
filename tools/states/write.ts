// npm run docs:states: writes docs/states.md and docs/states.zh-CN.md.
import { writeFileSync } from 'node:fs'
import { exploreAll } from './explore'
import { statesPage } from './page'

const { moves } = exploreAll()
writeFileSync('docs/states.md', statesPage('en', moves))
writeFileSync('docs/states.zh-CN.md', statesPage('zh', moves))

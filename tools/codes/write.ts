// npm run docs:codes: writes docs/codes.md and docs/codes.zh-CN.md.
import { writeFileSync } from 'node:fs'
import { codesPage } from './page'

writeFileSync('docs/codes.md', codesPage('en'))
writeFileSync('docs/codes.zh-CN.md', codesPage('zh'))

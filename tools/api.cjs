// npm run api: the public types as they are built, in docs/api/, where a change of them is seen in review.
const fs = require('node:fs')

fs.mkdirSync('docs/api', { recursive: true })
for (const name of fs.readdirSync('dist').filter((name) => name.endsWith('.d.ts')))
  fs.copyFileSync(`dist/${name}`, `docs/api/${name}`)

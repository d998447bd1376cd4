// docs/reliability.md and its Chinese twin state what the long runs wrote down: npm run docs:reliability after
// npm run faults -- all --record.
import { read } from '../../../tools/project'
import { languages, pathIn } from '../../../tools/language'
import { reliabilityPage } from './page'

test.each(languages)('docs/reliability.md is what test/faults/results say (%s)', (language) => {
  expect(read(pathIn(language, 'docs/reliability.md'))).toBe(reliabilityPage(language))
})

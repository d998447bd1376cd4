// The apps in the guides are the apps in examples/, which npm run test:frameworks builds and plays.
import { read } from '../../tools/project'

const blocks = (page: string) => [...page.matchAll(/^```(?:ts|tsx|vue)\n([\s\S]*?)^```/gm)].map(([, code]) => code)

test.each([
  ['uni-app', 'src/pages/index/index.vue'],
  ['taro', 'src/pages/index/index.tsx'],
])('the guide to %s shows its example as it is, in both languages', (name, page) => {
  const example = [read('examples', name, 'src/chat.ts'), read('examples', name, page)]
  expect(blocks(read(`docs/guides/${name}.md`))).toEqual(example)
  expect(blocks(read(`docs/guides/${name}.zh-CN.md`))).toEqual(example)
})

test('the connection is the same in every example', () => {
  const chat = read('examples/uni-app/src/chat.ts')
  expect(read('examples/taro/src/chat.ts')).toBe(chat)
  expect(read('examples/native/miniprogram/chat.ts')).toBe(chat)
})

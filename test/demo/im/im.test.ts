/** @jest-environment ./test/demo/jsdom.ts */
// The demo's tables and pure parts: words for every code, names that can be used, one order of messages, the least for the view.
import '../page'
import fc from 'fast-check'
import { conditions, type ErrorName } from '../../../src/errors/codes'
import { ConnectionError } from '../../../src/errors/connection-error'
import { wrongWith } from '../../../miniprogram-demo/miniprogram/im/names'
import { inOrder, orderAfter } from '../../../miniprogram-demo/miniprogram/im/order'
import { patchOf, type Row } from '../../../miniprogram-demo/miniprogram/im/rows'
import { faceOf } from '../../../miniprogram-demo/miniprogram/im/words'

const names = Object.keys(conditions) as ErrorName[]

describe('words', () => {
  test('every code of the SDK has a Chinese sentence of its own that says what to do', () => {
    const faces = names.map((name) => ({ name, ...faceOf(new ConnectionError(name)) }))
    expect(faces.map(({ code }) => code)).toEqual(names.map((name) => conditions[name][0]))
    const untold = faces.filter(
      ({ title, hint }) => !/^[\u4e00-\u9fff]/.test(title + hint) && !title.startsWith('App Key'),
    )
    expect(untold).toEqual([])
    const asUnknown = faces.filter(({ title, name }) => name !== 'Unknown' && title === faceOf(undefined).title)
    expect(asUnknown).toEqual([])
  })

  test('why it took too long says more than that it did', () => {
    const face = faceOf(new ConnectionError('ConnectionTimeout', '', new ConnectionError('TlsFailed')))
    expect(face).toMatchObject({ code: 34006, title: '安全连接失败' })
  })

  test('the same number is a wrong password at the login and a lost login afterwards', () => {
    const error = new ConnectionError('TokenIncorrect')
    expect([faceOf(error, 'password').title, faceOf(error).title, faceOf(error, 'online').title]).toEqual([
      '用户名或密码不正确', '令牌不正确', '登录已失效',
    ]) // prettier-ignore
  })
})

test.each(['alice', 'Alice_2', 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M', '-', 'a.b', 'x'.repeat(64)])(
  '%s can be a user',
  (name) => {
    expect(wrongWith('user', name)).toBeUndefined()
  },
)
test.each(['', '张三', 'bob smith', 'x'.repeat(65), 'a/b', '..', 'a+b', 'a#b', 'bob\n'])(
  '%j cannot, and is told why',
  (name) => {
    expect(wrongWith('user', name)).toMatch(/[\u4e00-\u9fff]/)
  },
)

describe('order', () => {
  type Sent = { id: string; time: number; ext: { order: number }; from: number }
  const conversation = fc.array(fc.record({ who: fc.nat(1), hears: fc.boolean() }), { maxLength: 40 })
  /** Each writes after what it has seen, by a clock that may be wrong by days. */
  const play = (turns: readonly { who: number; hears: boolean }[], skews: readonly number[]) => {
    const seen: Sent[][] = [[], []]
    turns.forEach(({ who, hears }, turn) => {
      const time = 1e12 + turn * 1000 + skews[who]!
      const message = { id: `${turn}`, time, ext: orderAfter(seen[who]!, time), from: who }
      seen[who]!.push(message)
      if (hears) seen[1 - who] = [...seen[0]!, ...seen[1]!]
    })
    return seen
  }

  test('both phones show one order, and no answer stands above what it answers', () => {
    fc.assert(
      fc.property(conversation, fc.tuple(fc.integer(), fc.integer()), (turns, skews) => {
        const [mine, theirs] = play(turns, skews)
        const all = [...new Map([...mine!, ...theirs!].map((one) => [one.id, one])).values()]
        const one = [...all].sort(inOrder).map(({ id }) => id)
        const other = [...all]
          .reverse()
          .sort(inOrder)
          .map(({ id }) => id)
        expect(other).toEqual(one)
        // What one person wrote keeps the order in which it was written.
        for (const who of [0, 1]) {
          const own = one.map(Number).filter((turn) => turns[turn]!.who === who)
          expect(own).toEqual([...own].sort((a, b) => a - b))
        }
      }),
    )
  })

  test('a clock that is ten minutes slow does not put the answer above the question', () => {
    const question = { id: 'q', time: 1_000_000, ext: orderAfter([], 1_000_000) }
    const answer = { id: 'a', time: 400_000, ext: orderAfter([question], 400_000) }
    expect([answer, question].sort(inOrder)).toEqual([question, answer])
  })
})

test('the changes for the view, applied, give the wanted list, and name only what differs', () => {
  const row = (id: number, state: string) => ({ id: `${id}`, state }) as unknown as Row
  const list = fc.uniqueArray(fc.record({ id: fc.nat(30), state: fc.constantFrom('sent', 'read') }), {
    selector: ({ id }) => id,
  })
  fc.assert(
    fc.property(list, list, (before, after) => {
      const shown = before.map(({ id, state }) => row(id, state))
      const wanted = after.map(({ id, state }) => row(id, state))
      const view: { list: Row[] } = { list: shown.map((one) => ({ ...one })) }
      for (const [path, value] of Object.entries(patchOf('list', shown, wanted))) {
        const [, index, field] = /^list(?:\[(\d+)\](?:\.(\w+))?)?$/.exec(path)!
        if (index === undefined) view.list = value as Row[]
        else if (field === undefined) view.list[Number(index)] = value as Row
        else Object.assign(view.list[Number(index)]!, { [field]: value })
      }
      expect(view.list).toEqual(wanted)
      expect(patchOf('list', wanted, wanted)).toEqual({})
    }),
  )
})

// The SDK weighs what we say it weighs, and nothing slips into it unseen.
import { bundle } from '../../tools/size/bundle'
import { inRoot } from '../../tools/project'
import { budgetFor, disagreements, measure, readBudget, sizeOf } from '../../tools/size/size'

describe('the weight', () => {
  test('is what size-budget.json says (npm run size -- --write after a change)', async () => {
    expect(disagreements(readBudget(), await measure())).toEqual([])
  })

  test('comes from src and two packages only', async () => {
    const { modules } = await bundle([inRoot('src/index.ts')])
    const strangers = modules.filter((name) => !name.startsWith('src/'))
    expect([...new Set(strangers)].sort()).toEqual(['commonjsHelpers.js', 'eventemitter3', 'loglevel'])
  })
})

describe('the check can fail', () => {
  const budget = {
    slack: { min: 200, gzip: 100 },
    goals: {},
    ceilings: { a: 1000 },
    files: { a: { min: 1000, gzip: 500 } },
  }

  test('a size within its budget is fine', () => {
    expect(disagreements(budget, { a: { min: 1000, gzip: 400 } })).toEqual([])
  })

  test('growing by a byte, shrinking beyond the slack, a new file and a missing one are found', () => {
    expect(disagreements(budget, { a: { min: 1001, gzip: 500 } })).toEqual([
      'a grew to 1001 bytes min, the budget is 1000',
    ])
    expect(disagreements(budget, { a: { min: 1000, gzip: 399 } })).toEqual([
      'a shrank to 399 bytes gzip, lower its budget of 500',
    ])
    expect(disagreements(budget, { b: { min: 1, gzip: 1 } })).toEqual([
      'a is in the budget but not in the build',
      'b has no budget',
    ])
  })

  test('no budget may exceed its ceiling', () => {
    const above = { ...budget, files: { a: { min: 5000, gzip: 1001 } } }
    expect(disagreements(above, above.files)).toEqual(['a may never exceed 1000 bytes gzip'])
  })

  test('a written budget holds what it was written for, and the ceiling still binds', () => {
    for (const gzip of [1, 49, 50, 51, 940, 999, 1000]) {
      const sizes = { a: { min: gzip * 3, gzip } }
      expect(disagreements(budgetFor(budget, sizes), sizes)).toEqual([])
    }
    const sizes = { a: { min: 9000, gzip: 1200 } }
    expect(disagreements(budgetFor(budget, sizes), sizes)).toEqual(['a may never exceed 1000 bytes gzip'])
  })

  test('bytes are counted in UTF-8', () => {
    expect(sizeOf('"微信"').min).toBe(8)
  })
})

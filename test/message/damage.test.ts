// What a crash or damaged files may cost: what was damaged, and nothing else.
import { all, numbers, texts, world } from './reader'
import { seeded } from '../fakes/seeded'

test('a crash at any write, at any byte of it, loses nothing that was kept before and keeps the rest readable', async () => {
  /** The same story every time; the app dies at write number `fatal`. Returns what was kept by then, and the phone. */
  const story = async (fatal: number, share: number) => {
    const { clock, phone, app, deliver, restart } = world({ historyMaxBytes: 16 << 10, outboxMaxBytes: 4 << 10 })
    let writes = 0
    phone.onWrite = () => {
      if (writes++ === fatal) phone.kill(() => share)
    }
    const kept = new Set<string>()
    const step = async (act: () => unknown) => {
      if (!app.alive) return
      act()
      await clock.advance(60)
      if (phone.app) for (const text of texts(await all(app))) kept.add(text)
    }
    await step(() => app.connect())
    for (const n of numbers(1, 12)) await step(() => deliver(`汉字 ${n} ${'x'.repeat(600)}`))
    await step(() => void app.messaging.send({ type: 'txt', to: 'bob', msg: 'sent' }).catch(() => undefined))
    await step(() => deliver('to carol', 'carol'))
    await step(() => {
      const gone = app.messaging.removeLocalConversation({ conversationId: 'carol', conversationType: 'singleChat' })
      gone.catch(() => undefined)
    })
    for (const n of numbers(13, 20)) await step(() => deliver(`汉字 ${n} ${'x'.repeat(600)}`))
    phone.onWrite = () => undefined
    const again = restart()
    await clock.advance(100)
    return { again, clock, kept, writes, finished: writes <= fatal }
  }
  let crashes = 0
  for (let fatal = 0; ; fatal++) {
    const share = ((fatal * 37) % 101) / 100
    const { again, clock, kept, finished } = await story(fatal, share)
    expect(again.told[0]).toMatchObject({ event: 'onStoreOpened', payload: { success: true } })
    const found = texts(await all(again))
    expect([...kept].slice(-10).filter((text) => !found.includes(text))).toEqual([]) // older ones were evicted
    // What was not kept was not acknowledged: it comes again, once, and the log goes on behind the torn line.
    again.connect()
    await clock.advance(500)
    const complete = texts(await all(again))
    expect(new Set(complete).size).toBe(complete.length)
    again.phone.kill()
    const third = again.phone.launch()
    await clock.advance(100)
    expect(texts(await all(third))).toEqual(complete)
    if (finished) break
    crashes++
  }
  expect(crashes).toBeGreaterThan(25)
})

test('damage of any kind costs only the damaged lines', async () => {
  const random = seeded(11)
  const { clock, phone, app, deliver } = world()
  app.connect()
  for (const n of numbers(1, 400)) deliver(`message ${n}`, n.endsWith('5') ? 'carol' : 'bob')
  await clock.advance(3000)
  const whole = new Map(phone.disk)
  const good = new Set([...texts(await all(app)), ...texts(await all(app, 'carol'))])
  expect(good.size).toBe(400)
  for (let round = 0; round < 150; round++) {
    phone.kill()
    phone.disk.clear()
    whole.forEach((text, name) => phone.disk.set(name, text))
    const names = [...whole.keys()]
    const name = names[Math.floor(random() * names.length)]!
    let text = whole.get(name)!
    const at = Math.floor(random() * text.length)
    const length = Math.floor(random() * 300)
    const noise = Array.from({ length }, () => String.fromCharCode(Math.floor(random() * 256))).join('')
    const kinds = [
      () => text.slice(0, at), // cut off
      () => text.slice(0, at) + noise + text.slice(at + length), // overwritten
      () => text.slice(0, at) + '\0'.repeat(length) + text.slice(at + length), // a hole
      () => text.slice(0, at) + noise + text.slice(at), // something in between
      () => '', // empty
    ]
    const broken = kinds[round % kinds.length]!()
    const lost = text.split('\n').filter((line) => !broken.split('\n').includes(line)).length
    text = broken
    phone.disk.set(name, broken)
    const again = phone.launch()
    await clock.advance(50)
    expect(again.told[0]).toMatchObject({ event: 'onStoreOpened', payload: { success: true } })
    const found = [...texts(await all(again)), ...texts(await all(again, 'carol'))]
    expect(found.filter((one) => good.has(one)).length).toBeGreaterThanOrEqual(400 - lost)
  }
})

test('a file that cannot be read costs that file only, a folder that cannot be listed costs the history only', async () => {
  const { clock, phone, app, deliver, restart } = world({ historyMaxBytes: 32 << 10, outboxMaxBytes: 4 << 10 })
  app.connect()
  for (const n of numbers(1, 100)) deliver(`message ${n}`)
  await clock.advance(3000)
  const count = (await all(app)).length
  const [first] = [...phone.disk.keys()]
  phone.fault = (kind, name) =>
    kind === 'read' && name === first ? { kind: 'failed', errMsg: 'I/O error' } : undefined
  const again = restart()
  await clock.advance(100)
  const left = (await all(again)).length
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(count)
  phone.fault = (kind) => (kind === 'list' ? { kind: 'failed', errMsg: 'permission denied' } : undefined)
  const blind = restart()
  blind.connect()
  deliver('still arrives')
  await clock.advance(100)
  expect(blind.told[0]).toMatchObject({ payload: { success: false, error: { name: 'StoreUnavailable' } } })
  expect(blind.texts()).toEqual(['still arrives'])
})

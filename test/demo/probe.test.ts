// 真机探测 in a real browser: the page that a person with a phone sees, from the first step to the shared file.
import { steps } from '../probe/step-names'
import { describeInBrowser } from '../browser'
import { layDesk, type Desk, type Hand } from './desk'
import { look } from './looks'

describeInBrowser('the probe in Chromium', () => {
  let desk: Desk
  let alice: Hand
  let problems: string[]
  let putAway: () => Promise<void>

  beforeAll(async () => {
    desk = await layDesk()
  })
  afterAll(() => desk.close())
  beforeEach(async () => {
    ;({ alice, problems, putAway } = await desk.phones())
  })
  afterEach(async () => {
    await putAway()
    expect(problems).toEqual([])
  })

  async function expectGoodLooks(title: string): Promise<void> {
    await alice.shot(`probe ${title}`)
    const looks = await alice.ask(look)
    expect(looks).toEqual({ pale: [], small: [] })
  }
  /** As if the app had died before this step: storage knows of the others. */
  async function diedBefore(id: string): Promise<void> {
    const journal = { format: 1, startedAt: Date.now(), step: steps.indexOf(id), begun: 0, findings: {}, facts: {} }
    await alice.ask(`({ phone }) => phone.wx.setStorageSync('probe', ${JSON.stringify(journal)})` as never)
    await alice.kill()
    await alice.launch()
    await alice.top('.probe').click()
    await alice.title('真机探测')
  }

  test('it begins, says what it does, and takes the steps that need nobody', async () => {
    await alice.top('.more').first().click()
    await alice.top('.probe').click()
    await alice.sees('开始探测')
    await expectGoodLooks('before')
    await alice.top('.begin').click()
    await alice.sees('正在探测')
    await alice.sees(`3 / ${steps.length}`)
    await expectGoodLooks('during')
    const journal = await alice.ask(({ phone }) => phone.wx.getStorageSync('probe') as { findings: object })
    expect(journal.findings).toMatchObject({
      handshake: { value: 'normal' },
      givenTask: { value: 'task' },
      promise: { value: 'native' },
      typedArray: { value: 'nothing' },
      skewMs: { value: expect.any(Number) as number },
    })
  })

  test('it asks for what only a person can do, and can be told to skip it', async () => {
    await diedBefore('away')
    await alice.sees('继续探测')
    await alice.top('.begin').click()
    await alice.sees('请离开 35 秒')
    await expectGoodLooks('asks')
    await alice.shotForDocs('probe')
    await alice.top('.request .skip').click()
    await alice.sees('请打开飞行模式')
  })

  test('it ends in a file that can be shared', async () => {
    await diedBefore('longAway')
    await alice.top('.begin').click()
    await alice.sees('请离开 33 分钟')
    await alice.top('.request .skip').click()
    await alice.sees('探测完成')
    await expectGoodLooks('over')
    await alice.top('.share').click()
    const shared = await alice.ask(({ phone }) =>
      phone.shared.map(({ fileName, bytes }) => ({ fileName, text: new TextDecoder().decode(bytes) })),
    )
    expect(shared).toHaveLength(1)
    expect(shared[0]!.fileName).toBe('miniprogram-im-probe.json')
    expect(JSON.parse(shared[0]!.text)).toMatchObject({
      format: 1,
      complete: true,
      findings: { destroyAfter: { unknown: '这一步被跳过' } },
    })
    expect(shared[0]!.text).not.toContain(new URL(desk.server().apiUrl).hostname)
  })
})

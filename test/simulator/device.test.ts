// What a developer reads from a phone, hands to its user, and finds missing on old ones.
import { setUp } from './set-up'

test.each([
  ['android', 'android'],
  ['ios', 'ios'],
  ['pc', 'windows'],
  ['devtools', 'devtools'],
] as const)('%s says of itself that it is %s', (profile, platform) => {
  const { wx } = setUp({ profile, device: { SDKVersion: '2.20.1', appId: 'wx1' } }).phone
  expect(wx.getSystemInfoSync()).toMatchObject({ platform, SDKVersion: '2.20.1' })
  expect(wx.getDeviceInfo().platform).toBe(platform)
  expect(wx.getAppBaseInfo().SDKVersion).toBe('2.20.1')
  expect(wx.getAccountInfoSync().miniProgram.appId).toBe('wx1')
})

test('absent APIs are absent, also after a cold start', () => {
  const { phone } = setUp({ without: ['onAppShow', 'getRandomValues', 'getFileSystemManager'] })
  for (let boot = 0; boot < 2; boot++) {
    expect('onAppShow' in phone.wx || 'getRandomValues' in phone.wx).toBe(false)
    expect([phone.wx.canIUse('onAppShow'), phone.wx.canIUse('connectSocket')]).toEqual([false, true])
    phone.kill()
    phone.show()
  }
})

describe('handing a file over', () => {
  function withFile(profile: 'android' | 'ios' | 'pc' | 'devtools') {
    const all = setUp({ profile })
    const filePath = `${all.phone.wx.env.USER_DATA_PATH}/a.log`
    all.phone.wx.getFileSystemManager().writeFileSync(filePath, 'log')
    return { ...all, filePath }
  }

  test('shareFileMessage works inside a tap, and only there', async () => {
    const { clock, phone, filePath, told, outcome } = withFile('ios')
    const share = () => void phone.wx.shareFileMessage({ filePath, fileName: 'b.log', ...outcome('share') })
    share()
    phone.tap(share)
    phone.tap(() => void Promise.resolve().then(share))
    await clock.settle()
    expect(told()).toEqual([
      'share shareFileMessage:fail can only be invoked by user TAP gesture.',
      'share ok',
      'share shareFileMessage:fail can only be invoked by user TAP gesture.',
    ])
    expect(phone.shared).toEqual([
      { how: 'message', path: filePath, fileName: 'b.log', bytes: new Uint8Array([108, 111, 103]) },
    ])
  })

  test('a PC does not share, it saves; a phone does not save', async () => {
    const pc = withFile('pc')
    pc.phone.tap(() => void pc.phone.wx.shareFileMessage({ filePath: pc.filePath, ...pc.outcome('share') }))
    void pc.phone.wx.saveFileToDisk({ filePath: pc.filePath, ...pc.outcome('save') })
    await pc.clock.settle()
    expect(pc.told()).toEqual(['share shareFileMessage:fail jsapi not supported', 'save ok'])
    expect(pc.phone.shared.map(({ how, fileName }) => [how, fileName])).toEqual([['disk', 'a.log']])

    const phone = withFile('android')
    void phone.phone.wx.saveFileToDisk({ filePath: phone.filePath, ...phone.outcome('save') })
    await phone.clock.settle()
    expect(phone.told()).toEqual(['save saveFileToDisk:fail jsapi not supported'])
  })

  test('a file that is not there is not shared', async () => {
    const { clock, phone, told, outcome } = withFile('android')
    phone.tap(() => void phone.wx.shareFileMessage({ filePath: 'wxfile://usr/none', ...outcome('share') }))
    await clock.settle()
    expect(told()).toEqual(['share shareFileMessage:fail no such file or directory wxfile://usr/none'])
  })
})

test('random values come later, at most 1 MiB of them', async () => {
  const { clock, phone, told, outcome, diary } = setUp({ random: () => 0.5 })
  void phone.wx.getRandomValues({
    length: 3,
    success: ({ randomValues }) => diary.push(new Uint8Array(randomValues).join()),
  })
  void phone.wx.getRandomValues({ length: 1024 * 1024 + 1, ...outcome('random') })
  expect(told()).toEqual([])
  await clock.settle()
  expect(told()).toEqual(['128,128,128', 'random getRandomValues:fail invalid length'])
})

describe("WeChat's own logs", () => {
  test('the user log takes 100 KB a call and keeps 5 MB, the newest', () => {
    const { phone } = setUp()
    const log = phone.wx.getLogManager()
    log.warn('a', { b: 1 })
    log.info('x'.repeat(100 * 1024 + 1))
    expect([phone.logs.user, phone.logs.dropped]).toEqual([[{ level: 'warn', text: 'a {"b":1}' }], 1])
    for (let i = 0; i < 60; i++) log.log(String(i).padEnd(100 * 1024, '.'))
    expect(phone.logs.user).toHaveLength(51)
    expect(phone.logs.user.at(-1)?.text.slice(0, 2)).toBe('59')
  })

  test('the realtime log takes 200 calls and 5 KB until the app is hidden', () => {
    const { phone } = setUp()
    const log = phone.wx.getRealtimeLogManager()
    for (let i = 0; i < 210; i++) log.info(i)
    expect([phone.logs.realtime.length, phone.logs.dropped]).toEqual([200, 10])
    expect(log.getCurrentState().logCount).toBe(210)
    phone.hide()
    phone.show()
    log.error('x'.repeat(5 * 1024))
    log.error('too much')
    expect([phone.logs.realtime.length, phone.logs.dropped]).toEqual([201, 11])
    log.setFilterMsg('user-1')
    log.addFilterMsg('x'.repeat(1024))
    expect([...phone.logs.filters]).toEqual(['user-1'])
  })

  test('DevTools takes realtime logs and reports none', () => {
    const { phone } = setUp({ profile: 'devtools' })
    phone.wx.getRealtimeLogManager().info('x')
    expect(phone.logs.realtime).toEqual([])
  })
})

describe('asking for subscribe messages', () => {
  test('works inside a tap, and only there; the user may refuse, the template be banned, WeChat not ask', async () => {
    const answers: ({ tmpl: 'accept' | 'reject' | 'ban' } | number)[] = [
      { tmpl: 'accept' },
      { tmpl: 'reject' },
      { tmpl: 'ban' },
      20004,
    ]
    const { clock, phone } = setUp({ subscriber: () => answers.shift()! })
    const heard: object[] = []
    const ask = (tmplIds = ['tmpl']) =>
      void phone.wx.requestSubscribeMessage({
        tmplIds,
        success: (answer) => heard.push(answer),
        fail: (failure) => heard.push(failure),
      })
    ask()
    for (let i = 0; i < 4; i++) phone.tap(() => ask())
    phone.tap(() => ask([]))
    phone.tap(() => ask(['1', '2', '3', '4']))
    await clock.settle()
    const errMsg = 'requestSubscribeMessage:ok'
    const failure = (why: string, more = {}) => ({ errMsg: `requestSubscribeMessage:fail ${why}`, ...more })
    expect(heard).toEqual(
      expect.arrayContaining([
        failure('can only be invoked by user TAP gesture.'),
        { tmpl: 'accept', errMsg },
        { tmpl: 'reject', errMsg },
        { tmpl: 'ban', errMsg },
        failure('The main switch is switched off', { errCode: 20004 }),
        failure("TmplIds can't be empty", { errCode: 10001 }),
        failure('Templates count out of max bounds', { errCode: 20003 }),
      ]),
    )
    expect(heard).toHaveLength(7)
    let answered: unknown
    phone.tap(
      () => void phone.wx.requestSubscribeMessage({ tmplIds: [] })!.catch((error: unknown) => (answered = error)),
    )
    await clock.settle()
    expect(answered).toMatchObject({ errCode: 10001 })
  })
})

// The demo in a real browser: two phones, the embedded server, and everything that may go wrong between them.
import path from 'node:path'
import { describeInBrowser } from '../browser'
import { layDesk, PASSWORD, type Desk, type Hand } from './desk'
import { look, type Looks } from './looks'

const picture = path.join(__dirname, '../../miniprogram-demo/miniprogram/images/chats-selected.png')

/** Runs in the browser: a film of about a second, in Base64. */
const record = `new Promise((resolve) => {
  const canvas = document.createElement('canvas')
  canvas.width = 160
  canvas.height = 90
  const pen = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm;codecs=vp8' })
  const pieces = []
  recorder.ondataavailable = ({ data }) => pieces.push(data)
  recorder.onstop = () => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result.split(',')[1])
    reader.readAsDataURL(new Blob(pieces))
  }
  let shown = 0
  const draw = setInterval(() => {
    pen.fillStyle = 'hsl(' + shown * 30 + ' 80% 50%)'
    pen.fillRect(0, 0, 160, 90)
    if (++shown > 12) {
      clearInterval(draw)
      recorder.stop()
    }
  }, 100)
  recorder.start()
})` as unknown as () => Promise<string>

describeInBrowser('the demo in Chromium', () => {
  let desk: Desk
  let alice: Hand
  let bob: Hand
  let problems: string[]
  let putAway: () => Promise<void>

  beforeAll(async () => {
    desk = await layDesk()
    for (const username of ['alice', 'bob'])
      await fetch(`${desk.server().apiUrl}/demo/chat/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD }),
      })
  })
  afterAll(() => desk.close())

  beforeEach(async () => {
    ;({ alice, bob, problems, putAway } = await desk.phones())
  })
  afterEach(async () => {
    await alice.shot(`end of ${expect.getState().currentTestName?.replace('the demo in Chromium ', '') ?? ''}`)
    const sockets = await Promise.all([alice, bob].map((hand) => hand.ask(({ phone }) => phone.sockets.most)))
    await putAway()
    expect(problems).toEqual([])
    expect(Math.max(...sockets)).toBeLessThanOrEqual(2)
  })

  async function chatting(): Promise<void> {
    for (const hand of [alice, bob]) {
      await hand.login()
      await hand.online()
    }
    await alice.chatWith('bob')
    await bob.chatWith('alice')
  }

  test('a new user registers and finds an empty list', async () => {
    await alice.mode('注册')
    await alice.fill({ user: 'carol', password: PASSWORD })
    await alice.shot('register')
    await alice.submit()
    await alice.online()
    await alice.sees('还没有会话')
  })

  test('a wrong password is called by its name, and the right one then works', async () => {
    await alice.login('not-this-one')
    await alice.sees('用户名或密码不正确')
    await alice.sees('31004')
    await alice.shot('wrong-password')
    await alice.login()
    await alice.online()
  })

  test('without a network the login says so', async () => {
    await alice.network('none')
    await alice.top('.more').click()
    await alice.fill({ timeout: '2' })
    await alice.login()
    await alice.sees('当前网络不可用')
    await alice.sees('连上网络后再点登录。')
    await alice.shot('login-without-network')
    await alice.network('wifi')
  })

  test('two phones chat and see each other read', async () => {
    await chatting()
    await alice.say('你好，bob')
    await bob.reads('你好，bob')
    await bob.say('你好，alice')
    await alice.reads('你好，alice')
    await alice.bubble('你好，bob').getByText('已读').waitFor()
    await alice.say('断网了消息会排队，回来自动送达')
    await alice.say('你试试左边的“无网络”')
    await bob.reads('你试试左边的“无网络”')
    await bob.say('试过了，一条没丢')
    await alice.reads('试过了，一条没丢')
    await alice.shot('chat')
  })

  test('unread messages are counted on the list and on the tab', async () => {
    for (const hand of [alice, bob]) {
      await hand.login()
      await hand.online()
    }
    await alice.chatWith('bob')
    for (const text of ['一', '二', '三']) await alice.say(text)
    await bob.top('.badge').getByText('3').waitFor()
    await bob.screen.locator('.mp-tab b', { hasText: '3' }).waitFor()
    await alice.shot('unread')
    await bob.top('.row').click()
    await bob.reads('三')
    await bob.back()
    await bob.top('.badge').waitFor({ state: 'detached' })
  })

  test('what comes while somebody reads older messages does not move the reader; the pill leads to it', async () => {
    await chatting()
    for (let i = 0; i < 70; i++) await bob.say(`第 ${i} 条`)
    await alice.reads('第 69 条')
    const list = alice.top('.messages')
    const last = async () => {
      const [bubble, view] = await Promise.all([alice.bubble('第 69 条').boundingBox(), list.boundingBox()])
      return view!.y + view!.height - bubble!.y - bubble!.height
    }
    expect(await last()).toBeGreaterThanOrEqual(0) // whole
    // To the top, where older ones load: what was read stays where it was.
    const place = (text: string) =>
      alice
        .bubble(text)
        .evaluate(
          (node) => (node as unknown as { getBoundingClientRect(): { top: number } }).getBoundingClientRect().top,
        )
    await list.evaluate((node) => ((node as unknown as { scrollTop: number }).scrollTop = 300))
    const before = await place('第 30 条')
    await list.evaluate((node) => ((node as unknown as { scrollTop: number }).scrollTop = 150))
    await bob.say('读旧消息时来的')
    await alice.top('.pill').getByText('1 条新消息').waitFor()
    expect(Math.abs((await place('第 30 条')) - before - 150)).toBeLessThanOrEqual(2)
    await bob.bubble('读旧消息时来的').getByText('已送达').waitFor() // not read: nobody saw it
    await alice.shotForDocs('reading')
    await alice.top('.pill').click()
    await bob.bubble('读旧消息时来的').getByText('已读').waitFor()
    expect(await alice.top('.pill').count()).toBe(0)
  })

  test('a draft and a failed message are on the list; a long press tells the whole life of a message', async () => {
    await chatting()
    await alice.say('有一生的消息')
    await alice.bubble('有一生的消息').getByText('已读').waitFor()
    await alice.hold('有一生的消息')
    await alice.pick('这条消息的一生')
    for (const step of ['写好，存进发件箱', '交给网络', '服务器收下', '送到对方手机', '对方已读'])
      await alice.sheet().getByText(step).waitFor()
    await alice.shotForDocs('life')
    await alice.pick('知道了')
    await alice.draft().fill('没写完\n的话')
    await alice.back()
    await alice.top('.row').getByText('[草稿]').waitFor()
    await alice.top('.row').click()
    await expect(alice.draft().inputValue()).resolves.toBe('没写完\n的话')
  })

  test('a message is taken back on both phones and can be written anew; a conversation is pinned', async () => {
    await chatting()
    await alice.say('说早了')
    await bob.bubble('说早了').waitFor()
    await alice.bubble('说早了').getByText('已读').waitFor()
    await alice.hold('说早了')
    await alice.pick('撤回')
    await alice.sees('你撤回了一条消息')
    await bob.sees('对方撤回了一条消息')
    expect([await alice.bubble('说早了').count(), await bob.bubble('说早了').count()]).toEqual([0, 0])
    await alice.shot('recalled')
    await alice.top('.again').click()
    await expect(alice.draft().inputValue()).resolves.toBe('说早了')
    await alice.draft().fill('')
    await bob.back()
    await bob.top('.row').getByText('对方撤回了一条消息').waitFor()
    await bob.top('.row').click({ delay: 500 })
    await bob.toast('已置顶')
    expect(await bob.top('.pinned').count()).toBe(1)
  })

  test('what cannot be sent stays, with its reason', async () => {
    await chatting()
    await alice.draft().fill('长'.repeat(30_000))
    await alice.top('.send').click()
    await alice.sees('消息太长（35102）')
    expect(await alice.draft().inputValue()).toHaveLength(30_000)
    await alice.draft().fill('')
    const chooser = alice.screen.owner().page().waitForEvent('filechooser')
    await alice.attach()
    await (await chooser).setFiles(__filename)
    await alice.sees('有一个文件不是图片')
  })

  test('a group is made, speaks, and says who speaks', async () => {
    for (const hand of [alice, bob]) {
      await hand.login()
      await hand.online()
    }
    await alice.top('.new').click()
    await alice.title('发起聊天')
    await alice.top('.segment').nth(1).click()
    await alice.fill({ name: '周末爬山', members: 'bob' })
    await alice.submit()
    await alice.title('周末爬山')
    await alice.say('几点出发？')
    await bob.top('.row').getByText('几点出发？').waitFor()
    await bob.top('.row').click()
    await bob.title('周末爬山')
    await bob.bubble('几点出发？').getByText('alice').waitFor()
    await bob.say('七点')
    await alice.reads('七点')
    await alice.shot('group')
  })

  test('every text can be read and every target met by a finger, on every page', async () => {
    const seen: Record<string, Looks> = {}
    const audit = async (name: string, hand = alice) => {
      const frame = hand.screen
        .owner()
        .page()
        .frames()
        .find((one) => one.name() === hand.name)!
      seen[name] = await frame.evaluate(look)
    }
    await audit('login')
    await alice.login('wrong')
    await alice.sees('31004')
    await audit('login refused')
    await chatting()
    await alice.say('看得清')
    await bob.bubble('看得清').waitFor()
    await audit('chat')
    await audit('chat of the other', bob)
    await alice.hold('看得清')
    await audit('menu')
    await alice.pick('取消')
    await alice.back()
    await audit('conversations')
    await alice.top('.new').click()
    await alice.title('发起聊天')
    await audit('new')
    await alice.back()
    await alice.tab(1)
    await alice.sees('已连接')
    await audit('connection')
    await alice.tab(2)
    await alice.top('.record').first().waitFor()
    await audit('logs')
    await desk.admin('POST', 'users/alice/kick', { code: 31010 })
    await alice.sees('已被管理员下线')
    await audit('ended')
    expect(
      Object.entries(seen).flatMap(([name, { pale, small }]) => [...pale, ...small].map((what) => `${name}: ${what}`)),
    ).toEqual([])
  })

  test('a picture travels and can be looked at', async () => {
    await chatting()
    const chooser = alice.screen.owner().page().waitForEvent('filechooser')
    await alice.attach()
    await (await chooser).setFiles(picture)
    const shown = bob.top('.theirs .picture img[src^="blob:"]')
    await shown.waitFor()
    expect(await shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(81)
    await alice.shot('image')
    await bob.top('.theirs .picture').click()
    await bob.screen.locator('.mp-preview').click()
  })

  test('a voice is held, let go, sent and played; one that slides away is not sent', async () => {
    await chatting()
    await alice.top('[aria-label="语音"]').click()
    await alice.speak(0, true)
    await alice.top('.talk').getByText('按住说话').waitFor()
    await alice.speak(2)
    const heard = bob.top('.theirs .voice')
    await heard.waitFor()
    expect(await bob.top('.voice').count()).toBe(1)
    await bob
      .top('.theirs')
      .getByText(/^[2-9]″$/)
      .waitFor()
    await alice.shotForDocs('voice')
    await heard.click()
    await bob.top('.voice-on').waitFor()
    await bob.top('.voice-on').waitFor({ state: 'detached' }) // it has an end
  })

  test('a video travels with its still picture and its length, and can be watched', async () => {
    await chatting()
    const page = alice.screen.owner().page()
    const film = await page.evaluate(record)
    const chooser = page.waitForEvent('filechooser')
    await alice.top('.plus').click()
    await alice.top('.attach').getByText('视频').click()
    await (await chooser).setFiles({ name: 'film.webm', mimeType: 'video/webm', buffer: Buffer.from(film, 'base64') })
    await bob.top('.theirs .picture img[src^="blob:"]').waitFor()
    await bob.top('.theirs .watch').click()
    await bob.screen.locator('.mp-preview video').waitFor()
    await bob.screen.locator('.mp-preview').click({ position: { x: 60, y: 120 } })
  })

  test('the server crashes and restarts: both come back, and what was sent meanwhile arrives once', async () => {
    await chatting()
    const restart = await desk.crashServer()
    await alice.sees(/次重连|正在连接/)
    await alice.say('重启时发的')
    await alice.bubble('重启时发的').locator('.sending').waitFor()
    await alice.shot('server-away')
    await restart()
    await bob.bubble('重启时发的').waitFor()
    expect((await bob.texts()).filter((text) => text === '重启时发的')).toHaveLength(1)
    // The browser itself complains of each refused connection.
    problems = problems.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))
  })

  test('in the background the phone suspends the app; on return it has what it missed', async () => {
    await chatting()
    await bob.home()
    await bob.state('已挂起')
    await alice.say('你在后台时发的')
    await alice.shot('background')
    await bob.launch()
    await bob.reads('你在后台时发的')
    await bob.state('前台')
  })

  test('without a network messages queue; with it they leave by themselves', async () => {
    await chatting()
    await alice.network('none')
    await alice.sees('当前网络不可用，请检查网络设置')
    await alice.say('断网时写的')
    await alice.bubble('断网时写的').locator('.sending').waitFor()
    await alice.shot('offline')
    await alice.network('4g')
    await bob.reads('断网时写的')
    await alice.bubble('断网时写的').getByText('已读').waitFor()
  })

  test('a link that dies without a word is found out on return', async () => {
    await chatting()
    await bob.ask(({ phone }) => void (phone.quirks.suspendAfter = 1000))
    await bob.cut()
    await bob.home()
    await bob.state('已挂起')
    await bob.launch()
    await alice.say('链路断过之后')
    await bob.reads('链路断过之后')
  })

  test('the app is killed: the list is there before the connection, and the waiting message still leaves', async () => {
    await chatting()
    await alice.say('先聊一句')
    await bob.reads('先聊一句')
    await alice.network('none')
    await alice.say('被杀前写的')
    await alice.bubble('被杀前写的').locator('.sending').waitFor()
    await alice.kill()
    await alice.state('已销毁')
    await alice.launch()
    await alice.top('.row').getByText('被杀前写的').waitFor()
    await bob.reads('被杀前写的')
  })

  test('the operator ends the session: the reason is on screen, and one tap returns', async () => {
    await chatting()
    await desk.admin('POST', 'users/alice/kick', { code: 31010 })
    await alice.sees('已被管理员下线')
    await alice.sees(/31010/)
    await alice.shot('kicked-by-operator')
    await alice.top('.again').click()
    await alice.online()
  })

  test('another device of the same user takes over', async () => {
    await chatting()
    await bob.back()
    await bob.tab(1)
    await bob.top('.logout').click()
    await bob.confirm()
    await bob.fill({ user: 'alice', password: PASSWORD })
    await bob.submit()
    await bob.online()
    await alice.sees('账号在别处登录')
    await alice.shot('kicked-by-other-device')
  })

  test('a blocked user learns it', async () => {
    await chatting()
    await desk.admin('POST', 'users/alice/block')
    await alice.sees('账号已被封禁')
    await desk.admin('POST', 'users/alice/unblock')
  })

  test('a token that runs out ends the session with its own words', async () => {
    const { access_token } = (await desk.admin('POST', 'tokens', { username: 'alice', ttl: 12 })) as {
      access_token: string
    }
    await alice.mode('令牌登录')
    await alice.fill({ user: 'alice', token: access_token })
    await alice.submit()
    await alice.online()
    await alice.sees('登录已过期')
    await alice.shot('expired')
    await alice.top('.again').click()
    await alice.login()
    await alice.online()
  })

  test('the connection page shows the state, and its drills come through', async () => {
    await chatting()
    await alice.say('量一下往返时间')
    await bob.reads('量一下往返时间')
    await alice.back()
    await alice.tab(1)
    await alice.sees('已连接')
    await alice.top('.drop').click()
    await alice.sees(/秒后重连/)
    await alice.sees('已连接')
    await alice.top('.renew').click()
    await alice.toast('令牌已续期')
    await alice.top('.background').click()
    await alice.sees('切到后台')
    await alice.sees(/回到前台/)
    await alice.top('.hero-title').getByText('已连接').waitFor()
    await alice.top('.hero').scrollIntoViewIfNeeded()
    await alice.shotForDocs('connection')
    await alice.top('.kick').click()
    await alice.sees('已被管理员下线')
  })

  test('the log is searched, shared, and sent to the server with consent, without a secret in it', async () => {
    await chatting()
    await alice.say('这句话不该进日志')
    await bob.reads('这句话不该进日志')
    await alice.back()
    await alice.tab(2)
    await alice.top('.record').first().waitFor()
    await alice.fill({ 'search-input': 'socket' })
    await alice.top('.event').filter({ hasText: 'slot' }).first().waitFor({ state: 'detached' })
    await alice.top('.event').filter({ hasText: 'socket.opened' }).first().waitFor()
    await alice.shot('logs')
    await alice.fill({ 'search-input': '' })

    await alice.top('.download').click()
    await alice.toast('已分享')
    const shared = await alice.ask(({ phone }) => phone.shared.map(({ bytes }) => Array.from(bytes)))
    const text = Buffer.from(shared[0]!).toString()
    expect(text).toContain('"connection"')
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain('这句话不该进日志')

    await alice.top('.upload').click()
    await alice.screen.locator('.mp-dialog').getByText('上传日志？').waitFor()
    await alice.shot('log-consent')
    await alice.confirm()
    await alice.screen.locator('.mp-dialog').getByText('已上传').waitFor()
    await alice.screen.locator('.mp-dialog .no').click()
    const list = JSON.stringify(await desk.admin('GET', 'logs'))
    expect(list).toContain('alice')

    await alice.top('.clear').click()
    await alice.confirm()
    await alice
      .top('.size')
      .getByText(/^\d 条/)
      .waitFor()
  })
})

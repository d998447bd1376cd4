// What an app written for RongCloud sees when only its import changes (seeds 000, 001, 002).
import type * as Door from '../../src/doors/rongcloud'
import { createWorld, sample, until, type World } from './world'

const APP = 'rongcloud#key'

let world: World
let door: typeof Door
const fresh = () => {
  door.RongIMClient.init('key', { url: world.server.url, apiUrl: world.server.apiUrl })
}

beforeAll(async () => {
  world = await createWorld(APP)
  door = world.booted.require('miniprogram-im/rongcloud') as typeof Door
})
afterAll(() => world.stop())
afterEach(() => door.RongIMClient.disconnect())

/** Seed 000, the ArkTS sample line by line. */
const connectIM = (token: string, timeout: number): Promise<string> => {
  const { IMEngine, EngineError } = door
  return IMEngine.getInstance()
    .connect(token, timeout)
    .then((result) => {
      if (EngineError.Success === result.code) {
        // 连接成功
        const userId = result.userId
        return `success ${userId}`
      }
      if (EngineError.ConnectTokenExpired === result.code) {
        // Token 过期,从 APP 服务请求新 token,获取到新 token 后重新 connect()
        return 'token expired'
      } else if (EngineError.ConnectionTimeout === result.code) {
        // 连接超时,弹出提示,可以引导用户等待网络正常的时候再次点击进行连接
        return 'timeout'
      } else {
        //其它业务错误码,请根据相应的错误码作出对应处理。
        return `code ${result.code}`
      }
    })
}

/** Seed 001, the Java sample line by line. */
const connectAndroid = (token: string, timeLimit: number): { heard: string[] } => {
  const { RongIMClient } = door
  const heard: string[] = []
  RongIMClient.connect(token, timeLimit, {
    onDatabaseOpened(code) {
      if (RongIMClient.DatabaseOpenStatus.DATABASE_OPEN_SUCCESS === code) {
        // 本地数据库打开，跳转到会话列表页面
        heard.push('database')
      } else {
        // 数据库打开失败，可以弹出 toast 提示。
        heard.push('no database')
      }
    },
    onSuccess(s) {
      // 连接成功，如果 onDatabaseOpened() 时没有页面跳转，也可在此时进行跳转。
      heard.push(`success ${s}`)
    },
    onError(errorCode) {
      if (errorCode === RongIMClient.ConnectionErrorCode.RC_CONN_TOKEN_EXPIRE) {
        // 从 APP 服务请求新 token，获取到新 token 后重新 connect()
        heard.push('token expired')
      } else if (errorCode === RongIMClient.ConnectionErrorCode.RC_CONNECT_TIMEOUT) {
        // 连接超时，弹出提示，可以引导用户等待网络正常的时候再次点击进行连接
        heard.push('timeout')
      } else {
        // 其它业务错误码，请根据相应的错误码作出对应处理。
        heard.push(`code ${errorCode}`)
      }
    },
  })
  return { heard }
}

/** Seed 002, the Objective-C sample line by line. */
const connectIos = (token: string, timeLimit: number): { heard: string[] } => {
  const { RCIM, ConnectionErrorCode } = door
  const heard: string[] = []
  RCIM.sharedRCIM().connectWithToken(
    token,
    timeLimit,
    () => heard.push('database'), //消息数据库打开,可以进入到主页面
    (userId) => heard.push(`success ${userId}`), //连接成功
    (status) => {
      if (status === ConnectionErrorCode.RC_CONN_TOKEN_INCORRECT) {
        //token 非法,从 APP 服务获取新 token,并重连
        heard.push('token incorrect')
      } else if (status === ConnectionErrorCode.RC_CONNECT_TIMEOUT) {
        //连接超时,弹出提示,可以引导用户等待网络正常的时候再次点击进行连接
        heard.push('timeout')
      } else {
        //无法连接 IM 服务器,请根据相应的错误码作出对应处理
        heard.push(`code ${status}`)
      }
    },
  )
  return { heard }
}

/** Seed 002, the Web sample as it stands. */
const connectWeb = (token: string): string[] => {
  const heard: string[] = []
  const { RongIMClient, RongIMLib } = door
  const globals = { RongIMClient, RongIMLib, seen: (what: string) => heard.push(what) }
  const { connect } = sample(world, 'rongcloud-web.js', globals, ['connect']) as { connect: (token: string) => void }
  connect(token)
  return heard
}

test('before init every way to connect says 33001', async () => {
  expect(await connectIM('IMToken', 5)).toBe('code 33001')
  expect(connectAndroid('token', 5).heard).toEqual(['code 33001'])
  expect(connectIos('token', 5).heard).toEqual(['code 33001'])
  expect(connectWeb('token')).toEqual(['error 33001 '])
})

describe('after init', () => {
  beforeEach(fresh)

  test('ArkTS: connects, and tells the user id of the token', async () => {
    expect(await connectIM(await world.token('ark'), 5)).toBe('success ark')
  })

  test('Android: the database opens, then the connection succeeds', async () => {
    const { heard } = connectAndroid(await world.token('android'), 0)
    await until(
      () => heard.length === 2,
      () => heard,
    )
    expect(heard).toEqual(['database', 'success android'])
  })

  test('Android: connect without a time limit, and with a user id', async () => {
    const heard: string[] = []
    const callback = { onSuccess: (user: string) => heard.push(user) }
    door.RongIMClient.connect(await world.token('nolimit'), callback)
    await until(() => heard.includes('nolimit'))
    await door.RongIMClient.disconnect()
    door.RongCoreClient.connect(await world.token('byid'), 5, 'byid', callback)
    await until(() => heard.includes('byid'))
  })

  test('iOS and Web: connect', async () => {
    const { heard } = connectIos(await world.token('ios'), 5)
    await until(
      () => heard.includes('success ios'),
      () => heard,
    )
    await door.RongIMClient.disconnect()
    const web = connectWeb(await world.token('web'))
    await until(
      () => web.includes('success web'),
      () => web,
    )
  })

  test('a token that cannot be read: 31004, through onTokenIncorrect where there is one', async () => {
    expect(await connectIM('IMToken', 5)).toBe('code 31004')
    const forged = (await world.token('forged')).replace(/.{8}$/, 'AAAAAAAA')
    expect(await connectIM(forged, 5)).toBe('code 31004')
    const { heard } = connectIos(forged, 5)
    await until(
      () => heard.includes('token incorrect'),
      () => heard,
    )
    const web = connectWeb(forged)
    await until(() => web.length > 0)
    expect(web).toEqual(['token incorrect'])
  })

  test('31020: an expired token', async () => {
    const token = await world.token('expired')
    await world.admin('POST', '/admin/users/expired/expire')
    expect(await connectIM(token, 5)).toBe('token expired')
    const { heard } = connectAndroid(token, 5)
    await until(
      () => heard.includes('token expired'),
      () => heard,
    )
  })

  test('34006: nothing answers within the seconds allowed, and nothing is tried afterwards', async () => {
    door.RongIMClient.init('key', { url: 'ws://127.0.0.1:1/mqtt' })
    const token = await world.token('late')
    expect(await connectIM(token, 1)).toBe('timeout')
    const attempts = world.phone.trace.filter(({ what }) => what === 'connect').length
    const { heard } = connectAndroid(token, 0.05)
    await until(
      () => heard.includes('timeout'),
      () => heard,
    )
    expect(world.phone.trace.filter(({ what }) => what === 'connect').length).toBeLessThanOrEqual(attempts + 1)
  })

  test('34001: connect while connected', async () => {
    const token = await world.token('twice')
    expect(await connectIM(token, 5)).toBe('success twice')
    expect(await connectIM(token, 5)).toBe('code 34001')
  })

  test('31009: a blocked user', async () => {
    const token = await world.token('blocked')
    await world.admin('POST', '/admin/users/blocked/block')
    expect(await connectIM(token, 5)).toBe('code 31009')
  })

  test('31027: a one-time token is used twice', async () => {
    const token = await world.token('once', { oneTime: true })
    expect(await connectIM(token, 5)).toBe('success once')
    await door.RongIMClient.disconnect()
    expect(await connectIM(token, 5)).toBe('code 31027')
  })

  test('31028: a token of another platform', async () => {
    expect(await connectIM(await world.token('platform', { platform: 'web' }), 5)).toBe('code 31028')
  })

  test('31029: an account that its user closed', async () => {
    const token = await world.token('closed')
    await world.admin('DELETE', '/admin/users/closed?by=user')
    expect(await connectIM(token, 5)).toBe('code 31029')
  })

  test('31010 and 31011: kicked and blocked while connected, told to the status listener', async () => {
    const told: number[] = []
    door.RongIMClient.setConnectionStatusListener({ onChanged: (code) => told.push(code) })
    expect(await connectIM(await world.token('watched'), 5)).toBe('success watched')
    await world.admin('POST', '/admin/users/watched/kick')
    await until(
      () => told.includes(31010),
      () => told,
    )
    expect(await connectIM(await world.token('watched'), 5)).toBe('success watched')
    await world.admin('POST', '/admin/users/watched/block')
    await until(
      () => told.includes(31011),
      () => told,
    )
    door.RongIMClient.setConnectionStatusListener(undefined)
  })

  test('31005: the app check refuses a phone that does not tell its platform', async () => {
    const token = await world.token('unknown')
    await world.admin('POST', '/admin/app', { check: true })
    const phone = world.withoutDevice()
    const other = phone.booted.require('miniprogram-im/rongcloud') as typeof Door
    other.RongIMClient.init('key', { url: world.server.url })
    expect((await other.IMEngine.getInstance().connect(token, 5)).code).toBe(31005)
    await other.RongIMClient.disconnect()
    phone.phone.dispose()
    expect(await connectIM(token, 5)).toBe('success unknown')
    await world.admin('POST', '/admin/app', { check: false })
  })

  test('31008: the app is blocked', async () => {
    const token = await world.token('app')
    await world.admin('POST', '/admin/app', { blocked: true })
    expect(await connectIM(token, 5)).toBe('code 31008')
    await world.admin('POST', '/admin/app', { blocked: false })
    expect(await connectIM(token, 5)).toBe('success app')
  })

  test('31002: an app key that the server does not know', async () => {
    const token = await world.token('stranger')
    door.RongIMClient.init('other', { url: world.server.url, isHttpDNS: false })
    expect(await connectIM(token, 5)).toBe('code 31002')
  })
})

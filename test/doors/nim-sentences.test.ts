// NIM's page, sentence by sentence: each test is named for what the document promises. Fake clock, fake broker.
import type * as Door from '../../src/doors/nim'
import { createWorld, dials, type World } from '../connection/world'

const KEY = 'acme#chat'

const stage = (world: World = createWorld()) => {
  const device = world.device()
  const door = device.app.require('miniprogram-im/nim') as typeof Door
  const { NIM } = door
  NIM.configure({ url: world.broker.url })
  const heard: string[] = []
  const infos: Door.NimLoginInfo[] = []
  const made: Door.NIM[] = []
  const getInstance = (more: Partial<Door.NimOptions> = {}) => {
    const nim = NIM.getInstance({
      appKey: KEY,
      account: 'alice',
      token: 'good',
      onconnect: (info) => {
        infos.push(info)
        heard.push('onconnect')
      },
      onwillreconnect: ({ retryCount }) => heard.push(`onwillreconnect ${retryCount}`),
      ondisconnect: ({ code }) => heard.push(`ondisconnect ${String(code)}`),
      onerror: ({ code }) => heard.push(`onerror ${String(code)}`),
      ...more,
    })
    if (!made.includes(nim)) made.push(nim)
    return nim
  }
  const online = async (more?: Partial<Door.NimOptions>) => {
    const nim = getInstance(more)
    await world.until(() => nim.connection.isOpened())
    await world.wait(10)
    return nim
  }
  /** The world's own end asks that nothing is left. */
  const end = () => Promise.all([...made.map((nim) => nim.connection.destroy()), world.wait(100_000)])
  return { world, device, NIM, heard, infos, getInstance, online, end }
}

const refusal = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

test('onwillreconnect: 此时说明 SDK 已经断开连接, 请开发者在界面上提示用户连接已断开, 而且正在重新建立连接 (the network is gone for 9 s)', async () => {
  const { world, device, heard, online, end } = stage()
  await online()
  heard.length = 0
  device.phone.network.set('none')
  await world.wait(9_000)
  expect(heard[0]).toMatch(/^onwillreconnect 1/)
  device.phone.network.set('wifi')
  await world.until(() => heard.includes('onconnect'))
  expect(heard.filter((what) => what.startsWith('ondisconnect'))).toEqual([])
  await end()
})

test('duration: 距离下次重连的时间, in whole milliseconds; retryCount: 重连尝试的次数', async () => {
  const { world, online, end } = stage()
  const told: Door.NimReconnect[] = []
  await online({ onwillreconnect: (info) => void told.push(info) })
  world.broker.crash()
  await world.until(() => told.length > 2)
  expect(told.map(({ retryCount }) => retryCount).slice(0, 3)).toEqual([1, 2, 3])
  for (const { duration } of told) expect(Number.isInteger(duration)).toBe(true)
  await end()
})

describe('被踢, 请提示错误后跳转到登录页面', () => {
  test.each(['destroy', 'disconnect'] as const)('%s() inside ondisconnect is told once more at most', async (leave) => {
    const { world, online, end } = stage()
    const calls: unknown[] = []
    const done: unknown[] = []
    const nim: Door.NIM = await online({
      ondisconnect: ({ code }) => {
        calls.push(code)
        nim[leave]({ done: (error) => done.push(error) })
      },
    })
    world.broker.kick('alice', 0x98, { code: 31010 })
    await world.wait(1_000)
    expect(calls[0]).toBe('kicked')
    expect(calls.length).toBeLessThanOrEqual(2)
    expect(done.length).toBe(calls.length)
    await end()
  })
})

test('手动调用 nim.disconnect()方法或 nim.destroy()方法后, 会直接触发实例的 ondisconnect方法: once each, however often it is called', async () => {
  const { world, heard, online, end } = stage()
  const nim = await online()
  heard.length = 0
  const done: string[] = []
  nim.disconnect({ done: () => done.push('disconnect') })
  nim.disconnect({ done: () => done.push('again') })
  expect(heard).toEqual(['ondisconnect undefined'])
  nim.destroy({ done: () => done.push('destroy') })
  nim.destroy({ done: () => done.push('destroy again') })
  nim.disconnect({ done: () => done.push('after the end') })
  expect(heard).toEqual(['ondisconnect undefined', 'ondisconnect undefined'])
  await world.wait(1_000)
  expect(done.sort()).toEqual(['after the end', 'again', 'destroy', 'destroy again', 'disconnect'])
  nim.connect()
  await world.wait(10)
  expect(heard.slice(2)).toEqual(['onerror 35003'])
  await end()
})

test('只有在 done 回调的时候,才能保证 socket是 onclose状态的: done hears the error where the close was not confirmed', async () => {
  const { world, device, online, end } = stage()
  const nim = await online()
  Object.assign(device.phone.quirks, { closeFailure: 'closeSocket:fail nobody knows' })
  device.phone.network.stall(true)
  const done: unknown[] = []
  nim.destroy({ done: (error) => done.push(error) })
  await world.wait(30_000)
  expect(done).toMatchObject([{ name: 'CloseUnconfirmed', code: 35035 }])
  Object.assign(device.phone.quirks, { closeFailure: undefined })
  device.phone.network.stall(false)
  await end()
})

test('对于同一个账号, 永远返回同一份实例: a destroyed instance touches nothing of the new one', async () => {
  const { world, heard, getInstance, online, end } = stage()
  const a = await online()
  a.destroy()
  const b = await online()
  a.destroy()
  a.disconnect()
  expect(getInstance()).toBe(b)
  await world.wait(1_000)
  expect(b.connection.isOpened()).toBe(true)
  expect(heard.filter((what) => what.startsWith('ondisconnect'))).toEqual(['ondisconnect undefined'])
  await end()
})

describe('后续调用此接口会直接返回初始化过的实例, 同时也会调用接口更新 IM 配置更新传入的配置', () => {
  test('a fresh token is used at once, without a new link', async () => {
    const world = createWorld()
    world.broker.greet({ reauth: '1' })
    const { device, heard, getInstance, online, end } = stage(world)
    await online()
    heard.length = 0
    getInstance({ token: 'fresh' })
    await world.wait(1_000)
    const auth = world.broker.received.filter(({ cmd }) => cmd === 'auth' || cmd === 'connect')
    expect(JSON.stringify(auth.at(-1)?.packet)).toContain(JSON.stringify(Buffer.from('fresh').toJSON()))
    expect(heard.filter((what) => what !== 'onconnect')).toEqual([])
    expect(dials(device)).toBeLessThanOrEqual(2)
    await end()
  })

  test('debug and logFunc are used from then on', async () => {
    const { world, device, getInstance, online, end } = stage()
    const records: unknown[] = []
    await online()
    const shown = () => device.app.console.filter(({ parts }) => String(parts[0]).startsWith('[im #')).length
    const before = shown()
    getInstance({ debug: true, logFunc: (record) => records.push(record) })
    world.broker.kick('alice')
    await world.wait(1_000)
    expect(records.length).toBeGreaterThan(0)
    expect(shown()).toBeGreaterThan(before)
    expect(refusal(() => getInstance({ debug: 'yes' as never }))).toMatchObject({ name: 'InvalidOption' })
    await end()
  })

  test('callbacks are replaced; one that is left out or undefined stays', async () => {
    const { world, heard, getInstance, online, end } = stage()
    await online()
    heard.length = 0
    getInstance({ ondisconnect: ({ code }) => heard.push(`new ${String(code)}`), onconnect: undefined })
    world.broker.kick('alice', 0x98, { code: 217 })
    await world.wait(1_000)
    expect(heard).toEqual(['new kicked'])
    await end()
  })
})

test('后续调用此接口时, 如果连接已断开, 会自动建立连接: also while a retry is pending, at once', async () => {
  const { world, heard, getInstance, online, end } = stage()
  await online()
  world.broker.crash()
  await world.until(() => heard.includes('onwillreconnect 5'))
  world.broker.restart()
  const links = world.broker.links
  getInstance()
  await world.wait(500)
  expect(world.broker.links).toBe(links + 1)
  expect(heard.at(-1)).toBe('onconnect')
  await end()
})

test('onconnect: lastLoginDeviceId, customTag, connectionId, ip, port, country, as the server told them', async () => {
  const world = createWorld()
  world.broker.greet({ lastDeviceId: 'old-phone', connectionId: 'c-1', ip: '10.0.0.7', port: '4711', country: 'CN' })
  const { infos, online, end } = stage(world)
  await online({ customTag: 'vip' })
  expect(infos).toEqual([
    {
      account: 'alice',
      lastLoginDeviceId: 'old-phone',
      customTag: 'vip',
      connectionId: 'c-1',
      ip: '10.0.0.7',
      port: 4711,
      country: 'CN',
    },
  ])
  await end()
})

test('onconnect: what nobody told is undefined; connectionId is another at each login', async () => {
  const { world, infos, online, end } = stage()
  const nim = await online()
  nim.disconnect()
  await world.wait(1_000)
  nim.connect()
  await world.until(() => infos.length === 2)
  const [first, second] = infos
  expect(first).toMatchObject({ lastLoginDeviceId: undefined, customTag: undefined, ip: undefined, port: undefined })
  expect(first!.connectionId).not.toBe(second!.connectionId)
  await end()
})

test('appKey, account, token: what is missing is refused, coded and by name; without configure it says what to call', () => {
  const world = createWorld()
  const { NIM } = world.device().app.require('miniprogram-im/nim') as typeof Door
  const good = { appKey: KEY, account: 'alice', token: 'good' }
  for (const [options, named] of [
    [undefined, 'getInstance takes'],
    [null, 'getInstance takes'],
    [{ account: 'alice', token: 'good' }, 'appKey'],
    [{ ...good, appKey: 5 }, 'appKey'],
    [{ ...good, appKey: '' }, 'appKey'],
    [good, 'NIM.configure'],
  ] as const)
    expect(refusal(() => NIM.getInstance(options as never))).toMatchObject({
      name: 'InvalidOption',
      code: 35001,
      message: expect.stringContaining(named) as string,
    })
})

test('account: one that is missing or cannot be is told through onerror, and nothing is dialled', async () => {
  const { world, device, heard, getInstance, end } = stage()
  getInstance({ account: '..' })
  getInstance({ account: undefined as never })
  getInstance({ account: 'bob', token: 5 as never })
  await world.wait(1_000)
  expect(heard).toEqual(['onerror 35002', 'onerror 35002', 'onerror 35002'])
  expect(dials(device)).toBe(0)
  await end()
})

test('a callback that throws hurts nobody: the login stands, the end comes', async () => {
  const { world, device, getInstance, end } = stage()
  const nim = getInstance({
    onconnect: () => {
      throw new Error('in onconnect')
    },
    ondisconnect: () => {
      throw new Error('in ondisconnect')
    },
  })
  await world.until(() => nim.connection.isOpened())
  const done: unknown[] = []
  expect(refusal(() => nim.destroy({ done: () => done.push('done') }))).toMatchObject({ message: 'in ondisconnect' })
  await world.wait(1_000)
  expect(done).toEqual(['done'])
  expect(device.phone.sockets.open).toBe(0)
  await end()
})

test.each(['connecting', 'waiting for a retry'])('destroy() while %s: nothing comes after it', async (when) => {
  const { world, device, heard, getInstance, end } = stage()
  if (when !== 'connecting') world.broker.crash()
  const nim = getInstance()
  if (when !== 'connecting') await world.until(() => heard.includes('onwillreconnect 2'))
  heard.length = 0
  const dialled = dials(device)
  nim.destroy()
  await world.wait(120_000)
  expect(heard).toEqual(['ondisconnect undefined'])
  expect(dials(device) - dialled).toBeLessThanOrEqual(0)
  await end()
})

// What a developer finds on a phone's disk: storage, files, quotas, and what a crash leaves.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFolderDisk } from '../../simulator/node/disk'
import { setUp } from './set-up'

function withFiles(...parameters: Parameters<typeof setUp>) {
  const all = setUp(...parameters)
  const files = all.phone.wx.getFileSystemManager()
  const at = (name: string) => `${all.phone.wx.env.USER_DATA_PATH}/${name}`
  return { ...all, files, at }
}
const why = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    const { message, errCode } = error as Error & { errCode?: number }
    return errCode ?? message
  }
  return undefined
}

describe('storage', () => {
  test('keeps what JSON keeps, and answers with an empty string for what is not there', async () => {
    const { clock, phone, told, outcome } = setUp()
    const { wx } = phone
    expect(wx.getStorageSync('none')).toBe('')
    wx.setStorageSync('a/b', { list: [1, '字'] })
    expect(wx.getStorageSync('a/b')).toEqual({ list: [1, '字'] })
    expect(wx.getStorageInfoSync()).toEqual({ keys: ['a/b'], currentSize: 1, limitSize: 10240 })
    void wx.getStorage({ key: 'none', ...outcome('get') })
    void wx.setStorage({ key: 'k', data: 1, ...outcome('set') })
    void wx.removeStorage({ key: 'a/b', ...outcome('remove') })
    await clock.settle()
    expect(told()).toEqual(['get getStorage:fail data not found', 'set ok', 'remove ok'])
    expect(wx.getStorageInfoSync().keys).toEqual(['k'])
  })

  test('refuses more than 1 MB in a key and 10 MB in all', () => {
    const { phone } = setUp()
    const megabyte = 'x'.repeat(1024 * 1024 - 2)
    expect(why(() => phone.wx.setStorageSync('big', `${megabyte}x`))).toContain('setStorageSync:fail')
    for (let i = 0; i < 10; i++) phone.wx.setStorageSync(`k${i}`, megabyte)
    expect(why(() => phone.wx.setStorageSync('more', 1))).toContain('setStorageSync:fail exceed storage max size')
    phone.wx.setStorageSync('k0', 'smaller')
    expect(why(() => phone.wx.setStorageSync('more', 1))).toBeUndefined()
  })

  test('may be broken', () => {
    const { phone } = setUp({ quirks: { storageBroken: true } })
    expect(why(() => phone.wx.setStorageSync('k', 1))).toBe('setStorageSync:fail system error')
  })
})

describe('files', () => {
  test("the path has the phone's own scheme", () => {
    expect(withFiles({ profile: 'ios' }).at('x')).toBe('wxfile://usr/x')
    expect(withFiles({ profile: 'devtools' }).at('x')).toBe('http://usr/x')
  })

  test('write, append, read, list, rename, size, remove', () => {
    const { files, at } = withFiles()
    files.mkdirSync(at('log/old'), true)
    files.writeFileSync(at('log/a'), 'ein ')
    files.appendFileSync(at('log/a'), '字', 'utf8')
    expect(files.readFileSync(at('log/a'), 'utf8')).toBe('ein 字')
    expect(files.readFileSync(at('log/a'), 'utf8', 4, 3)).toBe('字')
    expect(new Uint8Array(files.readFileSync(at('log/a')) as ArrayBuffer)).toHaveLength(7)
    expect(files.readdirSync(at('log')).sort()).toEqual(['a', 'old'])
    files.renameSync(at('log/a'), at('log/old/b'))
    expect(files.statSync(at('log/old/b')).size).toBe(7)
    expect([files.statSync(at('log')).isDirectory(), files.statSync(at('log/old/b')).isFile()]).toEqual([true, true])
    files.unlinkSync(at('log/old/b'))
    files.rmdirSync(at('log'), true)
    expect(files.readdirSync(at(''))).toEqual([])
  })

  test('base64 and hex go in and out', () => {
    const { files, at, phone } = withFiles()
    files.writeFileSync(at('x'), '5a2X', 'base64')
    expect(files.readFileSync(at('x'), 'utf8')).toBe('字')
    expect(files.readFileSync(at('x'), 'base64')).toBe('5a2X')
    expect(files.readFileSync(at('x'), 'hex')).toBe('e5ad97')
    for (const text of ['', 'a', 'ab', 'abc', 'abcd\u0000\u00ff']) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
      const base64 = phone.wx.arrayBufferToBase64(bytes.buffer)
      expect(base64).toBe(Buffer.from(bytes).toString('base64'))
      expect(new Uint8Array(phone.wx.base64ToArrayBuffer(base64))).toEqual(bytes)
    }
  })

  test('every refusal has its number', () => {
    const { files, at } = withFiles()
    files.writeFileSync(at('file'), 'x')
    files.mkdirSync(at('folder/inner'), true)
    expect({
      parentMissing: why(() => files.writeFileSync(at('none/file'), 'x')),
      appendToNothing: why(() => files.appendFileSync(at('none'), 'x')),
      readNothing: why(() => files.readFileSync(at('none'))),
      belowAFile: why(() => files.writeFileSync(at('file/x'), 'x')),
      readFolder: why(() => files.readFileSync(at('folder'))),
      listFile: why(() => files.readdirSync(at('file'))),
      madeTwice: why(() => files.mkdirSync(at('folder'))),
      parentOfFolder: why(() => files.mkdirSync(at('a/b'))),
      notEmpty: why(() => files.rmdirSync(at('folder'))),
      outside: why(() => files.writeFileSync('/etc/passwd', 'x')),
      climbing: why(() => files.writeFileSync(at('../../x'), 'x')),
      temporary: why(() => files.writeFileSync('wxfile://tmp/x', 'x')),
      encoding: why(() => files.writeFileSync(at('file'), 'x', 'klingon')),
    }).toEqual({
      parentMissing: 1300002,
      appendToNothing: 1300002,
      readNothing: 1300002,
      belowAFile: 1300020,
      readFolder: 1300021,
      listFile: 1300020,
      madeTwice: 1301005,
      parentOfFolder: 1300002,
      notEmpty: 1300066,
      outside: 1300014,
      climbing: 1300014,
      temporary: 1300013,
      encoding: 1300022,
    })
  })

  test('asynchronous calls take time, answer in order and carry text and number', async () => {
    const { clock, files, at, diary, told, outcome } = withFiles()
    files.writeFile({ filePath: at('a'), data: 'one', ...outcome('write') })
    files.appendFile({ filePath: at('a'), data: ' two', ...outcome('append') })
    files.readFile({ filePath: at('a'), encoding: 'utf8', success: ({ data }) => diary.push(data as string) })
    files.writeFile({
      filePath: at('no/a'),
      data: '',
      fail: ({ errMsg, errCode }) => diary.push(`${errMsg} ${errCode}`),
    })
    expect(told()).toEqual([])
    await clock.advance(5)
    expect(told()).toEqual([
      'write ok',
      'append ok',
      'one two',
      'writeFile:fail no such file or directory wxfile://usr/no/a 1300002',
    ])
  })

  test('a full disk refuses, and takes again once there is room', () => {
    const { phone, files, at } = withFiles({ quirks: { diskQuota: 10 } })
    files.writeFileSync(at('a'), '12345678')
    expect(why(() => files.writeFileSync(at('b'), '123'))).toBe(1300202)
    expect(why(() => files.appendFileSync(at('a'), '123'))).toBe(1300202)
    phone.wx.setStorageSync('storage', 'has its own quota')
    files.writeFileSync(at('a'), '1')
    expect(why(() => files.writeFileSync(at('b'), '123'))).toBeUndefined()
    phone.quirks.diskBroken = true
    expect(why(() => files.writeFileSync(at('b'), ''))).toBe(1300005)
  })

  test('death in the middle of a write: nothing of it, or its first half', async () => {
    for (const tornWrites of [false, true]) {
      const { clock, phone, files, at, told, outcome } = withFiles({ quirks: { tornWrites } })
      files.writeFileSync(at('log'), 'old ')
      files.appendFile({ filePath: at('log'), data: '12345678', ...outcome('append') })
      phone.kill()
      await clock.advance(100)
      expect(told()).toEqual([])
      phone.show()
      expect(phone.wx.getFileSystemManager().readFileSync(at('log'), 'utf8')).toBe(tornWrites ? 'old 1234' : 'old ')
    }
  })

  test('while suspended the write is done, its callback is held', async () => {
    const { clock, phone, files, at, told, outcome } = withFiles({ quirks: { fileDelay: 50 } })
    phone.hide()
    await clock.advance(4980)
    files.writeFile({ filePath: at('log'), data: 'x', ...outcome('write') })
    await clock.advance(60_000)
    expect([told(), phone.disk.stat('usr/log')?.size]).toEqual([[], 1])
    phone.show()
    await clock.settle()
    expect(told()).toEqual(['write ok'])
  })

  test('a folder of this machine serves as disk, and outlives the phone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'phone-'))
    try {
      const first = withFiles({ disk: createFolderDisk(folder) })
      first.files.mkdirSync(first.at('log'))
      first.files.writeFileSync(first.at('log/a'), 'x')
      first.files.appendFileSync(first.at('log/a'), 'y')
      first.files.renameSync(first.at('log/a'), first.at('log/b'))
      first.phone.wx.setStorageSync('k', 'v')
      expect(readFileSync(join(folder, 'usr/log/b'), 'utf8')).toBe('xy')
      const second = withFiles({ disk: createFolderDisk(folder) })
      expect(second.files.readdirSync(second.at('log'))).toEqual(['b'])
      expect(second.phone.wx.getStorageSync('k')).toBe('v')
      second.files.rmdirSync(second.at('log'), true)
      expect(why(() => second.files.statSync(second.at('log')))).toBe(1300002)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

// The log of the shipped file on a simulated phone: into WeChat's own logs, onto its disk, and out of it in one tap.
import { createWorld } from '../connection/world'

const records = (lines: readonly { text: string }[]) =>
  lines.map(({ text }) => JSON.parse(text) as { area: string; event: string; connection: number })

test("WeChat's own logs hear of what happens once the app asked for that", async () => {
  const world = createWorld()
  const { phone, sdk, it } = await world.online()
  expect([phone.logs.user, phone.logs.realtime]).toEqual([[], []])
  sdk.logger.setConfig({ realtimeLog: true, feedbackLog: true })
  it.on('onStateChange', () => {
    throw new Error('of the app')
  })
  void it.close()
  await world.until(() => it.state === 'idle')
  const threw = expect.objectContaining({ area: 'log', event: 'listener', connection: 1 }) as unknown
  expect(records(phone.logs.user)).toContainEqual(threw)
  expect(records(phone.logs.realtime)).toContainEqual(threw)
  expect(phone.logs.user.length).toBeGreaterThan(phone.logs.realtime.length)
})

test('one tap shares everything, what earlier starts wrote to the disk included', async () => {
  const world = createWorld()
  const one = await world.online()
  one.phone.hide()
  one.phone.kill()
  one.phone.show()
  const line = one.connect()
  void line.open()
  await world.until(() => line.it.isOpened())
  const tapped = one.phone.tap(() => one.sdk.logger.download())
  await world.wait(10)
  const { how, path } = await tapped
  expect(how).toBe('shared')
  const [file] = one.phone.shared
  expect(file).toMatchObject({
    how: 'message',
    path,
    fileName: expect.stringMatching(/^miniprogram-im-.*\.txt$/) as string,
  })
  const lines = Buffer.from(file!.bytes).toString().trim().split('\n')
  expect(records(lines.slice(1).map((text) => ({ text }))).filter(({ event }) => event === 'started')).toHaveLength(2)
  expect(lines.filter((text) => text.includes('"area":"connection","event":"accepted"'))).toHaveLength(2)
})

test('a phone without files still shares nothing, and says so', async () => {
  const { phone, sdk } = createWorld().device({ without: ['getFileSystemManager'] })
  await expect(phone.tap(() => sdk.logger.download())).rejects.toMatchObject({ name: 'LogNotWritten' })
  expect(await sdk.logger.export()).toContain('"event":"started"')
})

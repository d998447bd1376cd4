// What a developer sees of a SocketTask on each kind of phone.
import { setUp } from './set-up'

test('a socket opens, echoes and closes; success only says that the call was accepted', async () => {
  const { clock, phone, connect, told, heardByServer, outcome } = setUp()
  const task = connect()
  expect(told()).toEqual([])
  await clock.advance(10)
  expect(told()).toEqual(['s success', 's open'])
  task.send({ data: new Uint8Array([1, 2, 3]).buffer, ...outcome('send') })
  task.send({ data: 'text' })
  await clock.advance(10)
  expect(told()).toEqual(['send ok', 's message 3', 's message text'])
  task.close({ code: 1000, reason: 'bye', ...outcome('close') })
  expect(phone.sockets.open).toBe(1)
  await clock.advance(10)
  expect(told()).toEqual(['close ok', 's close 1000 bye'])
  expect(heardByServer).toEqual(['bytes 1,2,3', 'text', 'closed 1000 bye'])
  expect(phone.sockets.open).toBe(0)
  expect(clock.pending()).toEqual([])
})

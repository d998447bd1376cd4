// Every call of a connection is a method of its class: a subclass overrides it, and may ask for what it was.
import { createWorld } from './world'

test('every call is on the prototype, none on the instance', () => {
  const { sdk } = createWorld().device()
  const connection = new sdk.Connection({ appKey: 'acme#chat', url: 'wss://im.example.com/mqtt' })
  const own = Object.keys(connection).filter((name) => typeof Reflect.get(connection, name) === 'function')
  expect(own).toEqual([])
  for (const call of [
    'open',
    'close',
    'send',
    'cancelMessage',
    'getHistoryMessages',
    'createGroup',
    'listGroupMembers',
  ])
    expect(sdk.Connection.prototype).toHaveProperty(call)
  expect(Object.keys(sdk.Connection.prototype)).toEqual([]) // like the methods of any class
})

test('a subclass’s send is used, and its super.send is ours', async () => {
  const { sdk, phone } = createWorld().device()
  class Counting extends sdk.Connection {
    sent = 0
    override send(...given: Parameters<InstanceType<typeof sdk.Connection>['send']>) {
      this.sent++
      return super.send(...given)
    }
  }
  const connection = new Counting({ appKey: 'acme#chat', url: 'wss://im.example.com/mqtt' })
  await expect(connection.send({ type: 'txt', to: 'bob', msg: 'hello' })).rejects.toMatchObject({
    name: 'NotConnected',
  })
  expect(connection.sent).toBe(1)
  expect(phone.errors).toEqual([])
})

test.each([[], [undefined], [null], [5], ['x'], [{}]])(
  'a call with bad arguments (%j) rejects with a ConnectionError; none throws',
  async (...given: unknown[]) => {
    const { wait, online } = createWorld()
    const { it } = await online()
    const atOnce = ['cancelMessage', 'downloadRequest', 'isOpened', 'stats', 'addEventHandler', 'removeEventHandler']
    const others = ['constructor', 'on', 'off', 'use', 'setDebug', 'state', 'user', 'deviceId', 'close', 'destroy']
    const calls = [Object.getPrototypeOf(it), Object.getPrototypeOf(Object.getPrototypeOf(it))]
      .flatMap((proto: object) => Object.getOwnPropertyNames(proto))
      .filter((name) => !atOnce.includes(name) && !others.includes(name))
    const failures: unknown[] = []
    for (const name of calls) {
      const answer = (Reflect.get(it, name) as (...given: unknown[]) => Promise<unknown>).apply(it, given)
      answer.catch((error: { isConnectionError?: boolean; message?: string }) => {
        if (!error.isConnectionError) failures.push(`${name}: ${error.message}`)
      })
    }
    await wait(1_000)
    expect(calls.length).toBeGreaterThan(20)
    expect(failures).toEqual([])
    void it.destroy(null as never)
  },
)

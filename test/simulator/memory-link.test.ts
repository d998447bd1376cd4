// The in-memory network on the virtual clock: what scenario tests stand on.
import { createMemoryNetwork, type MemoryPeer } from '../../simulator/links/memory-link'
import type { LinkEvents } from '../../simulator/core/link'
import { virtualClock } from '../../simulator/node/clocks'

const URL = 'ws://im.test/mqtt'

function setUp() {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock, latency: 10 })
  const seen: string[] = []
  const events: LinkEvents = {
    opened: ({ protocol }) => seen.push(`opened ${protocol}`),
    message: (data) => seen.push(`message ${typeof data === 'string' ? data : data.byteLength}`),
    closed: (code, reason) => seen.push(`closed ${code} ${reason}`),
    failed: (failure) => seen.push(`failed ${failure.kind}`),
  }
  const server: string[] = []
  let peer: MemoryPeer | undefined
  const accept = (accepted: MemoryPeer) => {
    peer = accepted
    accepted.onMessage = (data) => server.push(`message ${data as string}`)
    accepted.onClose = (code, reason) => server.push(`closed ${code} ${reason}`)
  }
  const open = (protocols: string[] = ['mqtt']) => network.open({ url: URL, protocols, header: {} }, events)
  return { clock, network, seen, server, accept, open, peer: () => peer! }
}

test('a connection opens, carries both ways in order and closes with code and reason', async () => {
  const { clock, network, seen, server, accept, open, peer } = setUp()
  network.listen(URL, accept)
  const link = open()
  await clock.advance(100)
  link.send('one')
  link.send('two')
  peer().send(new ArrayBuffer(3))
  await clock.advance(100)
  link.close(1000, 'bye')
  await clock.advance(100)
  expect(seen).toEqual(['opened mqtt', 'message 3', 'closed 1000 bye'])
  expect(server).toEqual(['message one', 'message two', 'closed 1000 bye'])
  expect(network.connections).toBe(0)
  expect(clock.pending()).toEqual([])
})

test('nobody listening is "refused"; a server that hangs never answers; a configured failure is reported', async () => {
  const { clock, network, seen, accept, open } = setUp()
  open()
  await clock.advance(1000)
  expect(seen.splice(0)).toEqual(['failed refused'])

  const server = network.listen(URL, accept)
  server.hang(true)
  open()
  await clock.advance(100_000)
  expect(seen.splice(0)).toEqual([])

  network.fail(URL, { kind: 'tls' })
  open()
  await clock.advance(1000)
  expect(seen).toEqual(['failed tls'])
})

test('a server that echoes no subprotocol fails the handshake; an HTTP status is passed on', async () => {
  const { clock, network, seen, accept, open } = setUp()
  const silent = network.listen(URL, accept, { protocol: () => undefined })
  open()
  await clock.advance(100)
  silent.close()
  network.listen(URL, accept, { handshake: () => 401 })
  open()
  await clock.advance(100)
  expect(seen).toEqual(['failed protocol', 'failed http'])
})

test('a killed server is a 1006 on the phone; a frozen connection tells nobody anything', async () => {
  const { clock, network, seen, server, accept, open, peer } = setUp()
  const first = network.listen(URL, accept)
  open()
  await clock.advance(100)
  first.kill()
  await clock.advance(100)
  expect(seen.splice(0)).toEqual(['opened mqtt', 'closed 1006 '])
  expect(server.splice(0)).toEqual(['closed 1006 '])

  network.listen(URL, accept)
  const link = open()
  await clock.advance(100)
  peer().freeze()
  link.send('lost')
  peer().send('lost')
  link.close(1000, '')
  await clock.advance(100_000)
  expect(seen).toEqual(['opened mqtt'])
  expect(server).toEqual([])
})

test('the virtual clock settles promises between two timers, and runs until a condition holds', async () => {
  const clock = virtualClock(0)
  const order: string[] = []
  clock.setTimeout(() => {
    order.push('first')
    void Promise.resolve()
      .then(() => undefined)
      .then(() => order.push('promise'))
  }, 10)
  clock.setTimeout(() => order.push('second'), 10)
  clock.setTimeout(() => order.push('third'), 20)
  expect(await clock.runUntil(() => order.includes('second'), 1000)).toBe(true)
  expect(order).toEqual(['first', 'promise', 'second'])
  expect(clock.now()).toBe(10)
  expect(await clock.runUntil(() => false, 100)).toBe(false)
  expect(clock.now()).toBe(110)
})

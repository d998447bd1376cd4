// When answers leave: the first of a turn at once, as a promise may be a timer; those behind it together.
import { Connection } from '../../src/index'

const nothing = () => undefined

/** A phone of a few lines; `sends` are the bytes of each call of `send`. */
const createPhone = () => {
  const sends: number[] = []
  let open: () => void = nothing
  let hear: (event: { data: ArrayBuffer }) => void = nothing
  let closed: (event: { code: number; reason: string }) => void = nothing
  const task = {
    onOpen: (listener: () => void) => (open = listener),
    onMessage: (listener: typeof hear) => (hear = listener),
    onClose: (listener: typeof closed) => (closed = listener),
    onError: nothing,
    close: () => closed({ code: 1000, reason: '' }),
    send: ({ data }: { data: ArrayBuffer }) => sends.push(data.byteLength),
  }
  return {
    sends,
    wx: { connectSocket: () => task },
    opens: () => open(),
    hears: (...bytes: number[]) => hear({ data: Uint8Array.from(bytes).buffer }),
  }
}

test('the first message of a turn is acknowledged before anything else runs, those behind it in one piece', async () => {
  const { sends, wx, opens, hears } = createPhone()
  const connection = new Connection({ appKey: 'acme#chat', url: 'wss://im.test/', isHttpDNS: false, wx: wx as never })
  const login = connection.open({ user: 'alice', accessToken: 'token' })
  opens()
  hears(0x20, 3, 0, 0, 0)
  await login
  await Promise.resolve()
  sends.length = 0
  const publish = (id: number) => hears(0x32, 6, 0, 1, 0x78, 0, id, 0)
  publish(1)
  expect(sends).toEqual([4])
  publish(2)
  publish(3)
  expect(sends).toEqual([4])
  await Promise.resolve()
  expect(sends).toEqual([4, 8])
  publish(4)
  expect(sends).toEqual([4, 8, 4])
  await connection.destroy()
})

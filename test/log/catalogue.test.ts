// The list of everything that is recorded (src/log/record.ts) is what is recorded: the compiler holds every record to it, and here
// the list is held to what a day of two phones writes down, field by field.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type * as Sdk from '../../src/index'
import { API, createWorld, type Device } from '../connection/world'

const second = 1_000

/** `area.event`: its fields. */
const listed = new Map<string, string[] | undefined>()
const file = join(__dirname, '../../src/log/record.ts')
const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
const interfaces = new Map(
  source.statements.flatMap((one) => (ts.isInterfaceDeclaration(one) ? [[one.name.text, one] as const] : [])),
)
const namesOf = (type: ts.TypeNode): string[] | undefined => {
  if (ts.isTypeLiteralNode(type)) return type.members.map((member) => member.name!.getText())
  const named = ts.isTypeReferenceNode(type) ? interfaces.get(type.typeName.getText()) : undefined
  return named?.members.map((member) => member.name!.getText())
}
for (const area of interfaces.get('Events')!.members as ts.NodeArray<ts.PropertySignature>)
  for (const event of (area.type as ts.TypeLiteralNode).members as ts.NodeArray<ts.PropertySignature>)
    listed.set(`${area.name.getText()}.${event.name.getText()}`, namesOf(event.type!))

const records: Sdk.LogRecord[] = []
const hear = (device: Device) => {
  device.sdk.logger.onLog = (record) => void records.push(record)
}

const say = (broker: ReturnType<typeof createWorld>['broker'], id: string) =>
  broker.publish('acme/chat/u/alice/bob', JSON.stringify({ id, type: 'txt', time: 1, body: { msg: id } }))

/** Recorded where no scenario of one process gets: files that a crash has cut, quotas, look-alike platforms and sockets that will not close; each has its own test. */
const elsewhere = [
  'store.repaired',
  'store.evicted',
  'store.failed',
  'log.failed',
  'log.uploaded',
  'app.missing',
  'app.weak',
  'socket.refused',
  'socket.zombie',
  'socket.writtenOff',
]

test('what is recorded is listed, and what is listed is recorded', async () => {
  const world = createWorld()
  const { broker, http, wait, until } = world
  http.serve(`${API}/acme/chat`, ({ url }) =>
    url.endsWith('/endpoints') && !down
      ? { body: { endpoints: [{ url: broker.url }, { url: 'wss://two.example.com/' }], ttl: 1 } }
      : { status: 403, body: {} },
  )
  let down = false
  const device = world.device()
  hear(device)
  let tokens = 0
  const header = Buffer.from('{"alg":"none"}').toString('base64url')
  const token = () => {
    const now = Math.floor(world.clock.now() / 1000)
    return `${header}.${Buffer.from(JSON.stringify({ sub: 'alice', iat: now, exp: now + 600 })).toString('base64url')}.x`
  }
  const line = device.connect({
    apiUrl: API,
    heartBeatWait: 5 * second,
    tokenProvider: () => (down || tokens++ === 1 ? Promise.reject(new Error('down')) : Promise.resolve(token())),
  })
  line.it.on('onTextMessage', () => {
    throw new Error('a handler that throws')
  })
  void line.it.open({ user: 'alice' }).catch(() => undefined)
  await until(() => line.it.isOpened())
  await wait(20 * second)
  say(broker, 'm1')
  say(broker, 'm1')
  broker.publish('acme/chat/u/alice/bob', '{')
  const newer = { id: 'n1', type: 'typing', control: true, time: 1, body: {} }
  broker.publish('acme/chat/u/alice/bob', JSON.stringify(newer))
  broker.sendRaw([0x30, 3, 0, 1, 0, 0])
  line.it.send({ type: 'txt', to: 'bob', msg: 'x' }).catch(() => undefined)
  broker.forbid('acme/chat/u/carol/#')
  line.it.send({ type: 'txt', to: 'carol', msg: 'x' }).catch(() => undefined)
  await wait(second)
  device.phone.hide()
  await wait(second)
  device.phone.show()
  device.phone.network.set('4g')
  down = true
  await wait(700 * second)
  broker.crash()
  await wait(20 * second)
  broker.vanish()
  await wait(40 * second)
  broker.restart()
  await wait(60 * second)
  down = false
  await wait(60 * second)
  if (!line.it.isOpened()) {
    void line.it.close()
    await wait(30 * second)
    void line.it.open({ user: 'alice' }).catch(() => undefined)
  }
  await until(() => line.it.isOpened())
  // Two that want the one socket that is left: one waits for it.
  const strangers = device.connect({ maxSockets: 1 }, 'bob')
  void strangers.open()
  await wait(second)
  void line.close()
  await wait(second)
  void line.destroy()
  void strangers.destroy()
  await wait(120 * second)

  const seen = new Map<string, Set<string>>()
  for (const { area, event, fields = {} } of records) {
    const known = seen.get(`${area}.${event}`) ?? new Set()
    Object.keys(fields).forEach((name) => known.add(name))
    seen.set(`${area}.${event}`, known)
  }
  expect([...seen.keys()].filter((name) => !listed.has(name))).toEqual([])
  for (const [name, fields] of seen) {
    const allowed = listed.get(name)
    if (allowed)
      expect({ name, unlisted: [...fields].filter((field) => !allowed.includes(field)) }).toEqual({
        name,
        unlisted: [],
      })
  }
  expect([...listed.keys()].filter((name) => !seen.has(name) && !elsewhere.includes(name))).toEqual([])
})

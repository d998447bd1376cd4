// Our client's codec and mqtt-packet's own fixtures: what a server may send is read alike, what the standard forbids is not.
import type { Packet as Theirs } from 'mqtt-packet'
import { createDecoder } from '../../src/mqtt/codec/decoder'
import type { Packet } from '../../src/mqtt/codec/packet'
import { readTheirFixtures, type TheirFixture } from './mqtt-packet-fixtures'

/** What only a client sends, so that no client has to read it. */
const ofClients = ['connect', 'subscribe', 'unsubscribe', 'pingreq']

/** Fixtures that a client has to refuse, each with what forbids it. */
const forbidden: Readonly<Record<string, string>> = {
  'Version 5 CONNACK test 1': '3.2.2: a CONNACK of MQTT 5 has a reason code and a property length',
  'Version 5 CONNACK test 2': '3.2.2: and here the property length is missing',
  'connack MQTT 5 with properties': '3.2.2.3.4: a maximum QoS of 2 is a protocol error',
  'connack MQTT 5 with properties and doubled user properties': '3.2.2.3.4: the same',
  disconnect: '3.1.1, 3.14: only a client sends it',
  'disconnect MQTT 5': '3.14.2-2: a server sends no session expiry interval',
}

/** What they refuse and we read: a phone goes on where one packet says something new or wrong about itself alone. */
const passed = [
  /reason code|unsuback code/, // below 0x80 it went well, from 0x80 on it did not: no list of codes is needed for that
  /both QoS bits|Unknown property/, // a PUBLISH that cannot be used is skipped, told and answered (decision 0035)
]

const { good, bad } = readTheirFixtures()
const readable = good.filter(({ packet }) => !ofClients.includes(packet.cmd))

function read({ bytes, version }: { bytes: Buffer; version: 4 | 5 }): Packet | undefined {
  const decoder = createDecoder(version, Infinity)
  decoder.push(Uint8Array.from(bytes))
  return decoder.next()
}

type Plain = Record<string, unknown>
const flags = ['payloadFormatIndicator', 'retainAvailable', 'wildcardSubscriptionAvailable']

/** Their properties in our shape, as far as a client keeps them. */
function oursOf(properties: Plain, read: Plain): Plain {
  const names = Object.keys(properties).filter((name) => Object.hasOwn(read, name))
  return Object.fromEntries(
    names.map((name) => {
      const value = properties[name]
      if (name === 'userProperties')
        return [
          name,
          Object.entries(value as Plain).flatMap(([key, values]) => [values].flat().map((one) => [key, one])),
        ]
      if (name === 'subscriptionIdentifier') return [name, [value].flat()]
      if (flags.includes(name)) return [name, value === false ? 0 : 1]
      return [name, Buffer.isBuffer(value) ? Uint8Array.from(value) : value]
    }),
  )
}

/** What both say of a packet. */
function compare(theirs: Theirs, ours: Packet): void {
  const { cmd, properties = {}, ...fields } = theirs as Theirs & { properties?: Plain }
  const one = { ...ours } as unknown as Plain
  const wanted: Plain = {}
  if (cmd === 'publish') {
    const { topic, qos, dup, retain, payload } = fields as unknown as Plain
    Object.assign(wanted, { topic, qos, dup, retain })
    expect(Buffer.from(one.payload as Uint8Array).equals(Buffer.from(payload as string | Buffer))).toBe(true)
  }
  const { messageId, reasonCode, returnCode, sessionPresent, granted } = fields as Plain
  if (messageId !== undefined && !(cmd === 'publish' && one.qos === 0)) wanted.id = messageId
  if (reasonCode !== undefined || returnCode !== undefined) wanted.reason = reasonCode ?? returnCode
  if (sessionPresent !== undefined && cmd === 'connack') wanted.sessionPresent = sessionPresent
  if (granted !== undefined) wanted.reasons = granted
  expect(one).toMatchObject(wanted)
  const kept = (one.properties ?? {}) as Plain
  expect(kept).toMatchObject(oursOf(properties, kept))
}

test('the package still has its fixtures', () => {
  expect(readable.length).toBeGreaterThan(40)
  expect(bad.length).toBeGreaterThan(50)
  const names = readable.map(({ name }) => name)
  for (const name of Object.keys(forbidden)) expect(names).toContain(name)
})

test.each(readable.map((fixture): [string, TheirFixture] => [`${fixture.name} (MQTT ${fixture.version})`, fixture]))(
  '%s',
  (_, fixture) => {
    if (Object.hasOwn(forbidden, fixture.name)) {
      expect(() => read(fixture)).toThrow()
      return
    }
    const packet = read(fixture)
    expect(packet).toBeDefined()
    compare(fixture.packet, packet!)
  },
)

test('what mqtt-packet refuses is not read by us', () => {
  const kinder = bad
    .filter(({ name }) => !passed.some((reason) => reason.test(name)))
    .filter((fixture) => {
      try {
        return read(fixture) !== undefined
      } catch {
        return false
      }
    })
  expect(kinder.map(({ name }) => name)).toEqual([])
})

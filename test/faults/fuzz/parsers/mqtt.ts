// MQTT without a phone: the decoder of both versions in chunks of any size, and a whole session between two links.
import { isDeepStrictEqual } from 'node:util'
import { ConnectionError } from '../../../../src/errors/connection-error'
import { createDecoder } from '../../../../src/mqtt/codec/decoder'
import { PUBLISH, type Packet, type Publish, type Version } from '../../../../src/mqtt/codec/packet'
import { encodePublish } from '../../../../src/mqtt/codec/publish'
import { UNREADABLE, type Violation } from '../../../../src/mqtt/codec/reader'
import { bytesOf as bytesOfHex, fixtures } from '../../../mqtt/fixtures'
import { stage } from '../../../mqtt/stage'
import { chanceOf, type Chance } from '../../random'
import type { Parser, Way } from '../feed'
import { mutateBytes } from '../mutate'
import { bytesOf, connack, packetOf } from '../packets'
import { faultOfRefusal } from './verdicts'

/** To write a packet costs more than to read it: they are written once, those of a hostile size few enough to be fast. */
const POOL = 1_500
const LONGEST = 5_000
const pools = new Map<Version, readonly Uint8Array[]>()
const poolOf = (version: Version): readonly Uint8Array[] => {
  let pool = pools.get(version)
  if (!pool) {
    const chance = chanceOf(version)
    const made = Array.from({ length: POOL }, (_, n) => bytesOf(n % 15 ? packetOf(chance) : connack(chance), version))
    const known = fixtures.filter((one) => one.version === version && one.packet).map(({ hex }) => bytesOfHex(hex))
    pools.set(version, (pool = [...known, ...made].filter(({ length }) => length < LONGEST)))
  }
  return pool
}

function streamOf(chance: Chance, version: Version): Uint8Array {
  const pool = poolOf(version)
  const samples = Array.from({ length: chance.between(1, 4) }, () => chance.one(pool))
  const stream = new Uint8Array(Buffer.concat(samples))
  return chance.yes(0.75) ? mutateBytes(chance, stream, samples) : stream
}

function cut(chance: Chance, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  const single = bytes.length < 400 && chance.yes(0.1)
  for (let from = 0; from < bytes.length;) {
    const to = single ? from + 1 : from + chance.between(1, chance.one([3, 20, bytes.length]))
    pieces.push(bytes.subarray(from, to))
    from = to
  }
  return pieces
}

interface Reading {
  readonly packets: Packet[]
  readonly violation: string | undefined
}

const Real = Uint8Array
let largest = 0
const Counted = Object.assign(
  function (size: number) {
    largest = Math.max(largest, size)
    return new Real(size)
  },
  { prototype: Real.prototype },
) as unknown as Uint8ArrayConstructor

function read(version: Version, maximum: number, pieces: readonly Uint8Array[]): Reading {
  const packets: Packet[] = []
  let violation: string | undefined
  largest = 0
  globalThis.Uint8Array = Counted
  try {
    const decoder = createDecoder(version, maximum)
    for (const piece of pieces) {
      decoder.push(piece)
      for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
    }
  } catch (error) {
    const { reason = 0, message } = error as Violation
    if (!(reason > 0x80 && /^reason 0x[89][0-9a-f], packet 0x[0-9a-f]+, byte \d+$/.test(message)))
      throw new Error('what the decoder threw is no violation', { cause: error })
    violation = message
  } finally {
    globalThis.Uint8Array = Real
  }
  if (largest > maximum) throw new Error(`a buffer of ${largest} bytes where packets have ${maximum} at most`)
  return { packets, violation }
}

/** At least so many bytes must have come for this. */
const weightOf = (value: unknown): number =>
  typeof value === 'string' || value instanceof Real
    ? value === UNREADABLE
      ? 0
      : value.length
    : typeof value === 'object' && value !== null
      ? Object.values(value).reduce<number>((sum, part) => sum + weightOf(part), 0)
      : 0

/** What we receive, we can send, and it is the same; but for what only servers send. */
function checkWriting(version: Version, packet: Publish): void {
  const { topicAlias, subscriptionIdentifier, ...properties } = packet.properties ?? {}
  if (topicAlias !== undefined || subscriptionIdentifier !== undefined) return
  const bytes = encodePublish(version, { ...packet, properties }, packet.id, packet.dup, 0, false)
  const again = read(version, 1 << 28, [bytes]).packets
  if (!isDeepStrictEqual(again, [{ ...packet, properties }]))
    throw new Error('a PUBLISH is another one when it is written and read')
}

/** The reader remembers the last topic; every input finds the same one. */
const first = Uint8Array.of(0x30, 3, 0, 1, 0x78)

export const decoder: Parser = {
  name: 'decoder',
  what: 'the MQTT decoder, in chunks of any size',
  one(chance): Way {
    const version: Version = chance.yes(0.8) ? 5 : 4
    const maximum = chance.one([4096, 4096, 64, 1 << 20])
    const stream = streamOf(chance, version)
    read(4, 64, [first])
    const { packets, violation } = read(version, maximum, [stream])
    const inPieces = read(version, maximum, cut(chance, stream))
    if (violation !== inPieces.violation) throw new Error(`${violation} in one piece, ${inPieces.violation} in several`)
    if (!isDeepStrictEqual(packets, inPieces.packets)) throw new Error('other packets in one piece than in several')
    const weight = packets.reduce((sum, packet) => sum + 2 + weightOf(packet), 0)
    if (weight > stream.length) throw new Error(`${stream.length} bytes became packets of ${weight}`)
    for (const packet of packets) if (packet.type === PUBLISH && !packet.flaw) checkWriting(version, packet)
    return violation === undefined ? 'taken' : 'refused'
  },
}

const exact = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

export const session: Parser = {
  name: 'session',
  what: 'an MQTT session: handshake, traffic, and the next link',
  one(chance): Way {
    const s = stage({ sessionExpiry: chance.one([0, 600]) })
    s.start(chance.yes(0.2) ? 4 : undefined)
    const version = s.connect().protocolVersion as Version
    if (chance.yes(0.75)) s.says({ cmd: 'connack', reasonCode: 0, returnCode: 0, sessionPresent: chance.yes(0.5) })
    else {
      const answer = bytesOf(connack(chance), chance.yes(0.8) ? version : 4)
      s.receives(exact(chance.yes(0.5) ? mutateBytes(chance, answer) : answer))
    }
    const ours = ['publish one', 'publish two', 'subscribe a/b', 'unsubscribe c/+']
    s.publish('t/1', 'one', 1)
    s.publish('t/2', 'two', 2)
    s.subscribe(['a/b'])
    s.unsubscribe(['c/+'])
    s.session.flush()
    const owed = chance.yes(0.5) ? s.defer() : []
    for (const piece of cut(chance, streamOf(chance, version))) {
      s.receives(exact(piece))
      if (chance.yes(0.1)) for (const acknowledge of owed.splice(0)) acknowledge()
      if (chance.yes(0.1)) {
        s.clock.now += chance.one([1, 900, 40_000])
        s.session.tick(s.clock.now)
      }
      if (Number.isNaN(s.session.deadline())) throw new Error('its deadline is no number')
    }
    if (chance.yes(0.05)) s.receives('a text frame')
    const lines = s.happened()
    const way: Way = s.refusals.length > 0 ? 'refused' : 'taken'
    if (s.refusals.length > 1) throw new Error(`one link was refused ${s.refusals.length} times`)
    for (const refusal of s.refusals) faultOfRefusal(refusal)
    const over = lines.findIndex((line) => line.startsWith('refused '))
    if (over >= 0 && lines.slice(over).some((line) => line.startsWith('>'))) throw new Error('it spoke after its end')

    s.closes(1006, '')
    s.online()
    s.says({ cmd: 'publish', topic: 'well', payload: 'again', qos: 0, dup: false, retain: false })
    for (const acknowledge of owed) acknowledge()
    s.session.reset(new ConnectionError('ConnectionClosed'))
    lines.push(...s.happened())
    if (!lines.includes('message well "again" qos0'))
      throw new Error(`no good link afterwards: ${lines.slice(-5).join(' | ')}`)
    for (const what of ours) {
      const answers = lines.filter((line) => line.startsWith(what)).length
      if (answers !== 1) throw new Error(`"${what}" was answered ${answers} times: ${lines.join(' | ')}`)
    }
    return way
  },
}

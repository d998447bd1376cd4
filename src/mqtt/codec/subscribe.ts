// SUBSCRIBE and UNSUBSCRIBE: the client names filters. They differ in one byte for each filter.
import { SUBSCRIBE, UNSUBSCRIBE, type Qos, type Version } from './packet'
import { begin, finish, invalid, writeByte, writeField, writeUint16, type Bytes } from './writer'

/** `+` fills its level, `#` the last one; nothing is empty. A bad filter would cost the link, so it is refused here. */
const wellFormed = /^(\+|[^+#/]*)(\/(\+|[^+#/]*))*(\/#)?$|^#$/

function encode(type: number, version: Version, id: number, filters: readonly string[], qos?: Qos): Bytes {
  if (!filters.length) throw invalid('no filter')
  begin()
  writeUint16(id)
  if (version > 4) writeByte(0) // no properties
  filters.forEach((filter) => {
    if (!filter || !wellFormed.test(filter)) throw invalid(`filter ${filter}`)
    writeField(filter, 'filter')
    if (qos !== undefined) writeByte(qos)
  })
  return finish((type << 4) | 2)
}

export const encodeSubscribe = (version: Version, id: number, filters: readonly string[], qos: Qos): Bytes =>
  encode(SUBSCRIBE, version, id, filters, qos)

export const encodeUnsubscribe = (version: Version, id: number, filters: readonly string[]): Bytes =>
  encode(UNSUBSCRIBE, version, id, filters)

// SUBSCRIBE and UNSUBSCRIBE: the client names filters. They differ in one byte for each filter.
import { SUBSCRIBE, UNSUBSCRIBE, type Qos, type Version } from './packet'
import { begin, finish, invalid, writeByte, writeField, writeUint16, type Bytes } from './writer'

/** `+` fills its level, `#` the last one; a shared one names its group and a filter. A bad filter would cost the link, so it is refused here. */
const wellFormed = /^(?!\$share\/(?![^+#/]+\/.))((\+|[^+#/]*)\/)*(\+|#|[^+#/]*)$/

/** UNSUBSCRIBE where `qos` is undefined. */
export function encodeSubscribe(version: Version, id: number, filters: readonly string[], qos?: Qos): Bytes {
  if (!filters.length) throw invalid('no filter')
  begin()
  writeUint16(id)
  if (version > 4) writeByte(0) // no properties
  filters.forEach((filter) => {
    if (!filter || !wellFormed.test(filter)) throw invalid(`filter ${filter}`)
    writeField(filter)
    if (qos !== undefined) writeByte(qos)
  })
  return finish(((qos === undefined ? UNSUBSCRIBE : SUBSCRIBE) << 4) | 2)
}

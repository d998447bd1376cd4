// PINGREQ: a sign of life is asked for. A new buffer each time, because it is handed over to the platform.
import { begin, finish, type Bytes } from './writer'

export function encodePing(): Bytes {
  begin()
  return finish(0xc0)
}

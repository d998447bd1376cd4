// CONNECT: the client asks for a session. No will: presence is the server's to tell.
import { CONNECT, type Properties, type Version } from './packet'
import { writeProperties } from './properties'
import { begin, finish, writeByte, writeField, writeUint16, type Bytes } from './writer'

/** `keepAlive` in seconds; properties are left out in 3.1.1. */
export function encodeConnect(
  version: Version,
  clean: boolean,
  keepAlive: number,
  properties: Properties,
  clientId: string,
  userName: string,
  password: string,
): Bytes {
  begin()
  writeField('MQTT')
  writeByte(version)
  writeByte(clean ? 0xc2 : 0xc0)
  writeUint16(keepAlive)
  if (version > 4) writeProperties(properties, CONNECT)
  ;[clientId, userName, password].forEach(writeField)
  return finish(CONNECT << 4)
}

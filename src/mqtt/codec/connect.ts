// CONNECT: the client asks for a session. No will: presence is the server's to tell.
import { CONNECT, type Properties, type Version } from './packet'
import { writeProperties } from './properties'
import { begin, finish, writeByte, writeField, writeUint16, type Bytes } from './writer'

export interface Connect {
  readonly version: Version
  readonly clean: boolean
  /** Seconds. */
  readonly keepAlive: number
  readonly clientId: string
  readonly userName: string
  readonly password: string
  readonly properties: Properties
}

export function encodeConnect(connect: Connect): Bytes {
  const { version, clientId, userName, password, properties } = connect
  begin()
  writeField('MQTT', '')
  writeByte(version)
  writeByte(0xc0 | (connect.clean ? 2 : 0))
  writeUint16(connect.keepAlive)
  if (version > 4) writeProperties(properties, CONNECT)
  writeField(clientId, 'clientId')
  writeField(userName, 'userName')
  writeField(password, 'token')
  return finish(CONNECT << 4)
}

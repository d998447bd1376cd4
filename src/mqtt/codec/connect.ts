// CONNECT: the client asks for a session. No will: presence is the server's to tell.
import { CONNECT, type Properties, type Version } from './packet'
import { propertiesSize, withLength, writeProperties } from './properties'
import { begin, finish, textSize, writeByte, writeText, writeUint16, writeVarint, type Bytes } from './writer'

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
  const own = propertiesSize(properties, CONNECT)
  const texts = textSize(clientId, 'clientId') + textSize(userName, 'userName') + textSize(password, 'token')
  begin(CONNECT << 4, 10 + (version > 4 ? withLength(own) : 0) + texts)
  writeText('MQTT')
  writeByte(version)
  writeByte(0xc0 | (connect.clean ? 2 : 0))
  writeUint16(connect.keepAlive)
  if (version > 4) {
    writeVarint(own)
    writeProperties(properties)
  }
  writeText(clientId)
  writeText(userName)
  writeText(password)
  return finish()
}

// AUTH: the client offers a new token on the living link (MQTT 5); the server's answer reads like a DISCONNECT.
import { utf8Size, utf8Write } from '../../bytes/utf8'
import { AUTH } from './packet'
import { propertiesSize, withLength, writeProperties } from './properties'
import { begin, finish, writeByte, writeVarint, type Bytes } from './writer'

const REAUTHENTICATE = 0x19

export function encodeAuth(method: string, token: string): Bytes {
  const data = new Uint8Array(utf8Size(token))
  utf8Write(token, data, 0)
  const properties = { authenticationMethod: method, authenticationData: data }
  const own = propertiesSize(properties, AUTH)
  begin(AUTH << 4, 1 + withLength(own))
  writeByte(REAUTHENTICATE)
  writeVarint(own)
  writeProperties(properties)
  return finish()
}

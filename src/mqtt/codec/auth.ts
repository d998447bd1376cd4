// AUTH: the client offers a new token on the living link (MQTT 5); the server's answer reads like a DISCONNECT.
import { AUTH } from './packet'
import { writeProperties } from './properties'
import { begin, finish, writeByte, type Bytes } from './writer'

const REAUTHENTICATE = 0x19

export function encodeAuth(method: string, token: string): Bytes {
  begin()
  writeByte(REAUTHENTICATE)
  // Text where the standard has bytes: the token is written as its UTF-8.
  writeProperties({ authenticationMethod: method, authenticationData: token }, AUTH)
  return finish(AUTH << 4)
}

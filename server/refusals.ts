// Every way this server says no: its one number (docs/codes.md), and how MQTT 5, MQTT 3.1.1, a WebSocket close and HTTP say it.

interface Saying {
  /** The number in docs/codes.md that the SDK reports. */
  readonly code: number
  /** MQTT 5 reason code in CONNACK, and in DISCONNECT where the standard knows another. */
  readonly connack: number
  readonly disconnect: number
  /** MQTT 3.1.1 CONNACK return code. */
  readonly returnCode: 1 | 2 | 3 | 4 | 5
  /** WebSocket close code. */
  readonly close: number
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 503
  readonly slug: string
  readonly text: string
}

const say = (
  code: number,
  [connack, disconnect, returnCode, close]: [number, number, Saying['returnCode'], number],
  status: Saying['status'],
  slug: string,
  text: string,
): Saying => ({ code, connack, disconnect, returnCode, close, status, slug, text })

// MQTT 5 reason codes that appear below: 0x84 version, 0x85 client id, 0x86 user or password, 0x87 not authorized,
// 0x88 unavailable, 0x89 busy, 0x8a banned, 0x8b shutting down, 0x8e taken over, 0x98 administrative action.
const login = {
  protocolVersion: say(
    31001,
    [0x84, 0x82, 1, 1002],
    400,
    'unacceptable_protocol_version',
    'this server speaks MQTT 5 and MQTT 3.1.1',
  ),
  identifier: say(31002, [0x85, 0x82, 2, 1008], 404, 'unknown_app', 'no such app, or a client id that is not yours'),
  unavailable: say(31003, [0x88, 0x89, 3, 1013], 503, 'unavailable', 'the server takes no logins now'),
  tokenIncorrect: say(
    31004,
    [0x86, 0x87, 4, 1008],
    401,
    'invalid_token',
    'the token, or user name and password, are not accepted',
  ),
  appCheck: say(
    31005,
    [0x87, 0x87, 5, 1008],
    403,
    'app_check_failed',
    'the app accepts only clients that name their platform',
  ),
  appBlocked: say(31008, [0x8a, 0x98, 5, 1008], 403, 'app_blocked', 'the app is blocked or deleted'),
  userBlocked: say(31009, [0x8a, 0x98, 5, 1008], 403, 'user_blocked', 'the user is blocked'),
  tokenExpired: say(31020, [0x87, 0x87, 5, 1008], 401, 'token_expired', 'the token has expired'),
  tokenUsed: say(31027, [0x86, 0x87, 4, 1008], 401, 'token_used', 'the one-time token was used before'),
  platform: say(31028, [0x86, 0x87, 4, 1008], 403, 'platform_mismatch', 'the token is bound to another platform'),
  userClosed: say(31029, [0x87, 0x87, 5, 1008], 401, 'account_closed', 'the user closed the account'),
} as const

const ended = {
  takenOver: say(206, [0x87, 0x8e, 5, 1008], 409, 'taken_over', 'the user logged in on another device'),
  userRemoved: say(207, [0x87, 0x98, 5, 1008], 409, 'user_removed', 'the account was removed'),
  passwordChanged: say(216, [0x87, 0x98, 5, 1008], 409, 'password_changed', 'the password was changed'),
  kickedByDevice: say(
    217,
    [0x87, 0x98, 5, 1008],
    409,
    'kicked_by_device',
    'another device of the user ended this session',
  ),
  kicked: say(31010, [0x87, 0x98, 5, 1008], 409, 'kicked', 'an administrator ended the session'),
  blockedOnline: say(31011, [0x8a, 0x98, 5, 1008], 409, 'user_blocked_online', 'the user was blocked'),
  shutdown: say(35018, [0x8b, 0x8b, 3, 1001], 503, 'shutting_down', 'the server is shutting down'),
} as const

const calls = {
  userExists: say(35032, [0x87, 0x87, 5, 1008], 409, 'duplicate_unique_property_exists', 'the user exists already'),
  registrationClosed: say(
    35033,
    [0x87, 0x87, 5, 1008],
    403,
    'registration_closed',
    'only the administrator creates users here',
  ),
  fileTooLarge: say(35105, [0x95, 0x95, 5, 1009], 413, 'file_too_large', 'the file is too large'),
  fileRefused: say(35106, [0x87, 0x87, 5, 1008], 415, 'file_refused', 'files of this type are refused'),
  noGroup: say(35109, [0x87, 0x87, 5, 1008], 404, 'group_not_found', 'no such group'),
  notMember: say(35110, [0x87, 0x87, 5, 1008], 403, 'not_a_member', 'not a member of the group'),
  notOwner: say(35111, [0x87, 0x87, 5, 1008], 403, 'not_the_owner', 'only the owner of the group may do this'),
} as const

export const refusals = { ...login, ...ended, ...calls }

export type RefusalName = keyof typeof refusals

/** A definite no, thrown to whichever door the request came in by. */
export class Refused extends Error {
  constructor(
    readonly refusal: RefusalName,
    /** For people; never a secret, and nothing that helps to guess one. */
    detail?: string,
    /** Seconds to stay away. */
    readonly retryAfter?: number,
  ) {
    super(detail ?? refusals[refusal].text)
  }
}

const kicks: Readonly<Record<number, RefusalName>> = {
  206: 'takenOver',
  207: 'userRemoved',
  216: 'passwordChanged',
  217: 'kickedByDevice',
  31004: 'tokenIncorrect',
  31008: 'appBlocked',
  31010: 'kicked',
  31011: 'blockedOnline',
  31020: 'tokenExpired',
}

/** The ending that a number stands for, of those an administrator may choose for a kick. */
export const kickOf = (code: number): RefusalName | undefined => (Object.hasOwn(kicks, code) ? kicks[code] : undefined)

// The logins part, for `conn.use(logins())`.
export { logins, type LoginCalls } from '../logins/part'
export { VERSION } from '../version'
export type { Part } from '../part'

// The user that the administrator's path names.
import type { User } from '../accounts/accounts'
import type { RestContext, RestDeps } from './context'
import { BadInput, userName } from './input'

export function knownUser(c: RestContext, { accounts }: RestDeps): User {
  const user = accounts.user(c.get('app').path, userName(c.req.param('user'), 'user'))
  if (!user || user.status === 'removed') throw new BadInput('no such user', 404)
  return user
}

// What the app hears of the server's word in a group (docs/protocol.md, section 7), as Easemob says it.
import { amount, isText, listOf, type Field } from './fields'
import type { AnyMessage } from './message'
import { isName } from '../text/form'
import type { GroupEvent } from './types'

export const groupFields: readonly Field[] = [
  ['operation', isText, true],
  ['by', isName],
  ['members', listOf(isName, 500)],
  ['memberCount', amount],
  ['owner', isName],
  ['name', isText],
  ['description', isText],
  ['inviteNeedConfirm', (value) => typeof value === 'boolean'],
]

/** Without what is not there. */
const given = (fields: Readonly<Record<string, unknown>>): object => JSON.parse(JSON.stringify(fields)) as object

/** None for an operation that this version does not know. */
export const groupEvents = (message: AnyMessage): GroupEvent[] => {
  const { to: id, operation, by, members = [], memberCount, owner, name, description, inviteNeedConfirm } = message
  const event = (fields: Readonly<Record<string, unknown>>) => [given({ id, ...fields }) as GroupEvent]
  if (operation === 'updateInfo')
    return event({ operation, from: by, name, detail: { name, description, inviteNeedConfirm } })
  if (operation === 'changeOwner') return event({ operation, from: by, userId: owner })
  const [from, more] = members as string[]
  if (!from || !/^member(Pre|Ab)sence$/.test(operation as string)) return []
  return more
    ? event({ operation: (operation as string).replace('r', 'rs'), members, memberCount, by })
    : event({ operation, from, memberCount, by })
}

// What is said in a group by the server itself, in Easemob's words (docs/protocol.md, section 7).

export type News =
  | {
      readonly operation: 'memberPresence' | 'memberAbsence'
      readonly members: readonly string[]
      readonly memberCount: number
    }
  | {
      readonly operation: 'updateInfo'
      readonly name?: string
      readonly description?: string
      readonly inviteNeedConfirm?: boolean
    }
  | { readonly operation: 'changeOwner'; readonly owner: string }

/** Names in one message: no phone takes more than 64 KiB, or 1,000 values. */
const most = 500

/** Those who came or went, in as few messages as can carry their names. */
export function comeOrGone(
  operation: 'memberPresence' | 'memberAbsence',
  members: readonly string[],
  memberCount: number,
): News[] {
  const parts = Math.ceil(members.length / most)
  return Array.from({ length: parts }, (_, i) => ({
    operation,
    members: members.slice(i * most, (i + 1) * most),
    memberCount,
  }))
}

/** Bytes that are booked for one, with its id, time and topic. */
export const newsContents = (says: News): number => 500 + Buffer.byteLength(JSON.stringify(says))

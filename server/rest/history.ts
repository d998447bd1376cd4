// The archive over REST: a page of a conversation to whoever takes part in it.
import type { RestDeps, Routes } from './context'
import { forUser } from './guards'
import { BadInput, queryNumber, userName } from './input'
import { createSlots } from './slots'

export function historyRoutes(routes: Routes, deps: RestDeps): void {
  const { archive, groups, options } = deps
  const { limits } = options
  const reads = createSlots(limits.archiveReads, limits.archiveReadsPerUser)

  routes.get('/:org/:app/messages', forUser(deps), async (c) => {
    const { app, name, created } = c.get('user')
    if (!archive) throw new BadInput('this server keeps no archive (--archive-days)', 404)
    const { targetId, chatType = 'singleChat', searchDirection = 'up', id, from } = c.req.query()
    if (!['singleChat', 'groupChat'].includes(chatType)) throw new BadInput('chatType must be singleChat or groupChat')
    if (!['up', 'down'].includes(searchDirection)) throw new BadInput('searchDirection must be up or down')
    if ((id === undefined) !== (from === undefined)) throw new BadInput('id and from go together')
    const group = chatType === 'groupChat'
    const target = group ? groups.read(app, targetId ?? '', name).id : userName(targetId, 'targetId')
    const done = reads.take(`${app}/${name}`)
    try {
      const data = await archive.page({
        app,
        reader: { name, created },
        with: { kind: group ? 'g' : 'u', name: target },
        down: searchDirection === 'down',
        limit: queryNumber(c, 'pageSize', { usual: limits.archivePage, least: 1, most: limits.archivePage }),
        ...(id !== undefined && from !== undefined && { cursor: { id, from } }),
      })
      return c.json({ data })
    } finally {
      done()
    }
  })
}

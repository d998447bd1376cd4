// Messages: what a payload says, and what the files of the history hold, damaged or not.
import type { Log } from '../../../../src/log/record'
import { isDeepStrictEqual } from 'node:util'
import { isConnectionError } from '../../../../src/errors/connection-error'
import { createHistory, type History } from '../../../../src/messages/history'
import { createJournal, type Row } from '../../../../src/messages/journal'
import { kindOf } from '../../../../src/messages/kinds'
import { conversationOf, type AnyMessage } from '../../../../src/messages/message'
import { decode, encode } from '../../../../src/messages/payload'
import type { Files } from '../../../../src/ports/files'
import type { Chance } from '../../random'
import type { Parser, Way } from '../feed'
import { mutateText, mutateValue } from '../mutate'
import { payloadOf } from '../payloads'
import { faultOf } from '../shape'

const head = { chatType: 'singleChat', from: 'bob', to: 'alice' } as const
const NOW = 1.7e12
const half = /[\ud800-\udfff]/u

export const messages: Parser = {
  name: 'messages',
  what: 'payloads of messages and receipts',
  one(chance): Way {
    const json = payloadOf(chance)
    let message: ReturnType<typeof decode>
    try {
      message = decode(json, NOW, head)
    } catch (error) {
      if (isConnectionError(error) ? error.name !== 'InvalidMessage' : (error as Error).name !== 'SyntaxError')
        throw new Error('a payload is refused with another error', { cause: error })
      return 'refused'
    }
    // Marked as control, and of a kind that this version does not know.
    if (!message) return 'taken'
    const { type } = message
    const { event, about } = kindOf(message)
    const fault = event && !about ? faultOf(message) : undefined
    if (fault !== undefined) throw new Error(`the app is handed ${fault}`)
    const sent = encode(message)
    // Of a newer client: its body became an ext of ours, one level deeper.
    if ((JSON.parse(json) as { type: unknown }).type !== type) return 'taken'
    const again = decode(sent, NOW, head)!
    if (encode(again) !== sent) throw new Error('it is another message when it is sent on twice')
    const text = JSON.stringify(message)
    if (!text.includes('\\ud') && !half.test(text) && JSON.stringify(again) !== text)
      throw new Error('it is another message when it is sent on')
    return 'taken'
  },
}

const people = ['alice', 'bob', 'carol']
const keys = ['u/bob', 'u/carol', 'g/g1', 'u/nobody']

/** One id is one message, whatever becomes of it. */
const known: readonly AnyMessage[] = Array.from({ length: 24 }, (_, n) => {
  const from = people[n % 3]!
  const group = n % 4 === 0
  return {
    id: `m${n}`,
    type: n % 5 === 0 ? 'cmd' : 'txt',
    chatType: group ? 'groupChat' : 'singleChat',
    from,
    to: group ? 'g1' : from === 'alice' ? 'bob' : 'alice',
    time: NOW + n,
    msg: '汉字',
  }
})

function rowOf(chance: Chance): Row {
  const key = chance.one(keys)
  const message = chance.one(known)
  const { id, from } = message
  const its = conversationOf(message, 'alice')
  switch (chance.below(9)) {
    case 0:
      return chance.yes(0.3) ? ['s', key, chance.between(4, 5), 0] : ['s', its, chance.between(2, 5), [id]]
    case 1:
      return ['i', `${its}/${from}`, [id, chance.one(known).id]]
    case 2:
      return ['u', key, chance.below(4)]
    case 3:
      return ['d', chance.yes(0.8) ? key : '']
    default: {
      const status = from === 'alice' ? chance.between(1, 5) : 0
      return chance.yes(0.2) ? ['m', message, status, 1] : ['m', message, status]
    }
  }
}

/** Rows as the files hold them; `wounded`: in what they say, and in how they are written. */
function fileOf(chance: Chance, wounded: boolean): string {
  let text = ''
  for (let n = chance.between(0, 12); n > 0; n--) {
    const row = rowOf(chance)
    text += `${JSON.stringify(wounded && chance.yes(0.3) ? mutateValue(chance, row) : row)}\n`
  }
  return wounded && chance.yes(0.3) ? mutateText(chance, text) : text
}

const filesIn = (folder: Map<string, string>): Files => ({
  read: (name) => Promise.resolve(folder.get(name) ?? ''),
  write: (name, text) => Promise.resolve(void folder.set(name, text)),
  append: (name, text) => Promise.resolve(void folder.set(name, (folder.get(name) ?? '') + text)),
  remove: (name) => Promise.resolve(void folder.delete(name)),
  list: () => Promise.resolve([...folder.keys()].map((name) => name.replace(/^.*\//, ''))),
})

/** All that an app can see of it. */
const seenIn = (history: History) => ({
  conversations: history.conversations(),
  pages: keys.map((key) => [history.page(key, '', 50, true), history.page(key, 'bob/m1', 3, false)]),
  waiting: [...history.pending.keys()],
})

export const histories: Parser = {
  name: 'history',
  what: 'files of history and outbox: replayed, written on, replayed again',
  async one(chance): Promise<Way> {
    const folder = new Map<string, string>()
    const wounded = chance.yes(0.7)
    for (let n = chance.between(1, 3); n > 0; n--) folder.set(`im/${n}.log`, fileOf(chance, wounded))
    const repaired: string[] = []
    const start = async () => {
      const history = createHistory('alice')
      const journal = createJournal(filesIn(folder), 'im', 1e6, history, ((
        _level: unknown,
        _area: unknown,
        event: string,
      ) => {
        if (event === 'failed') throw new Error('what could be read and written was not')
        if (event === 'repaired') repaired.push(event)
      }) as unknown as Log)
      await journal.open()
      await journal.idle()
      return { history, journal }
    }
    const { history, journal } = await start()
    seenIn(history)
    for (let n = chance.below(4); n > 0; n--) {
      const row = rowOf(chance)
      await (row[0] === 'd' ? journal.compact(row) : journal.append(row))
    }
    for (const rewritten of [false, true]) {
      if (rewritten) await journal.compact()
      const before = seenIn(history)
      const again = seenIn((await start()).history)
      // Of damage only this is asked: that it can be read, and written on.
      if (!wounded && !isDeepStrictEqual(again, before)) throw new Error('after a restart it is another history')
    }
    return repaired.length > 0 ? 'refused' : 'taken'
  },
}

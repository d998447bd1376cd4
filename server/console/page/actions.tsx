// What an operator can do to a user or one device of his; each asks first. The codes are those of server/rest/admin.ts.
import { useState } from 'preact/hooks'
import type { Connection, User } from './calls'
import { useDesk } from './desk'
import { refresh } from './live'
import { Question } from './question'

export function KickButton({ connection }: { connection: Connection }) {
  const { words: w, format, calls, app, say } = useDesk()
  const [asked, setAsked] = useState(false)
  const { username, clientId, deviceId, platform, ip } = connection
  return (
    <>
      <button type="button" class="small" onClick={() => setAsked(true)}>
        {w.kick}
      </button>
      {asked && (
        <Question
          title={w.kickTitle(username, [deviceId, platform].filter(Boolean).join(' · ') || ip)}
          text={w.kickText}
          code={31010}
          action={w.kick}
          close={() => setAsked(false)}
          act={async () => {
            const count = await calls.kick(app, username, clientId)
            say(w.kicked(username, format.count(count)))
            refresh()
          }}
        />
      )}
    </>
  )
}

type Action = 'block' | 'unblock' | 'expire' | 'reset'

const codes: Readonly<Record<Action, { code?: number; laterCode?: number; gentle?: boolean }>> = {
  block: { code: 31011, laterCode: 31009 },
  unblock: { gentle: true },
  expire: { code: 31020 },
  reset: { code: 216 },
}

/** Easy to read out over a telephone, and 80 bits. */
function suggestPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const random = crypto.getRandomValues(new Uint8Array(16))
  return [...random].map((byte, at) => (at % 4 === 0 && at > 0 ? '-' : '') + letters[byte % letters.length]!).join('')
}

export function UserActions({ user }: { user: User }) {
  const { words: w, calls, app, say } = useDesk()
  const [asked, setAsked] = useState<Action>()
  const [password, setPassword] = useState('')
  const name = user.username

  const run: Readonly<Record<Action, () => Promise<unknown>>> = {
    block: () => calls.block(app, name),
    unblock: () => calls.unblock(app, name),
    expire: () => calls.expire(app, name),
    reset: () => calls.reset(app, name, password),
  }
  const offered: readonly Action[] =
    user.status === 'closed' ? [] : [user.status === 'blocked' ? 'unblock' : 'block', 'expire', 'reset']

  return (
    <div class="actions">
      {offered.map((action) => (
        <button
          key={action}
          type="button"
          onClick={() => {
            setPassword(suggestPassword())
            setAsked(action)
          }}
        >
          {w[action]}
        </button>
      ))}
      {asked && (
        <Question
          title={w[`${asked}Title`](name)}
          text={w[`${asked}Text`]}
          action={w[asked]}
          {...codes[asked]}
          close={() => setAsked(undefined)}
          act={async () => {
            await run[asked]()
            say(w.done(name, w[asked]))
            refresh()
          }}
        >
          {asked === 'reset' && (
            <label class="field">
              {w.newPassword}
              <input
                autoFocus
                required
                maxLength={256}
                autocomplete="off"
                spellcheck={false}
                class="mono"
                value={password}
                onInput={(event) => setPassword(event.currentTarget.value)}
              />
            </label>
          )}
        </Question>
      )}
    </div>
  )
}

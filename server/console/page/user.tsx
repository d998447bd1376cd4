// One user with everything that is his: devices here and away, tokens, groups, logs; and what can be done.
import { useEffect } from 'preact/hooks'
import { KickButton, UserActions } from './actions'
import type { Connection, Session, User } from './calls'
import { useDesk } from './desk'
import { useLive } from './live'
import { LogTable } from './logs'
import { hrefOf } from './place'

export function UserPage({ name }: { name: string }) {
  const { words: w, calls, app, paused } = useDesk()
  const { data: user, trouble } = useLive(`user ${name}`, () => calls.user(app, name), { every: 2000, paused })

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) location.hash = hrefOf(app)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [app])

  return (
    <>
      <a class="back" href={hrefOf(app)} aria-keyshortcuts="Escape">
        ← {w.back}
      </a>
      {user ? <Known user={user} /> : trouble?.kind === 'refused' && <p class="none">{w.noUser}</p>}
    </>
  )
}

function Known({ user }: { user: User }) {
  const { words: w, format } = useDesk()
  const { username, status, created, hasPassword, voidBefore, expiredBefore, connections, sessions, waiting } = user
  const moment = (at: number): string => (at === 0 ? w.never : format.dateTime(at))
  const state = status === 'active' ? (connections.length > 0 ? 'online' : 'offline') : status
  return (
    <>
      <section class="person">
        <div class="head">
          <h2>{username}</h2>
          <span class={`pill ${state}`}>{w[state]}</span>
          <UserActions user={user} />
        </div>
        <dl>
          <dt>{w.registered}</dt>
          <dd>{format.dateTime(created)}</dd>
          <dt>{w.password}</dt>
          <dd>{hasPassword ? w.hasPassword : w.noPassword}</dd>
          <dt>{w.voidBefore}</dt>
          <dd>{moment(voidBefore)}</dd>
          <dt>{w.expiredBefore}</dt>
          <dd>{moment(expiredBefore)}</dd>
        </dl>
      </section>
      <section aria-labelledby="devices">
        <div class="head">
          <h2 id="devices">{w.devices}</h2>
          {waiting > 0 && <span class="faint">{w.waitingFor(format.count(waiting))}</span>}
        </div>
        <Devices connections={connections} sessions={sessions} />
      </section>
      <div class="columns">
        <section aria-labelledby="logs">
          <div class="head">
            <h2 id="logs">{w.logs}</h2>
          </div>
          {user.logs.length > 0 ? <LogTable logs={user.logs} withUser={false} /> : <p class="none">{w.noLogsOfUser}</p>}
        </section>
        <section aria-labelledby="groups">
          <div class="head">
            <h2 id="groups">{w.groups}</h2>
          </div>
          {user.groups.length === 0 && <p class="none">{w.noGroups}</p>}
          <ul class="others">
            {user.groups.map(({ groupid, groupname, owner, affiliations_count: members }) => (
              <li key={groupid}>
                <b>{groupname}</b> <span class="mono faint">{groupid}</span> {w.members(format.count(members))}
                {owner === username && <span class="pill">{w.owner}</span>}
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  )
}

function Devices({ connections, sessions }: { connections: readonly Connection[]; sessions: readonly Session[] }) {
  const { words: w, format } = useDesk()
  if (connections.length === 0 && sessions.length === 0) return <p class="none">{w.noDevices}</p>
  return (
    <table class="cards">
      <thead>
        <tr>
          <th>{w.device}</th>
          <th>{w.platform}</th>
          <th>{w.address}</th>
          <th>{w.mqtt}</th>
          <th>{w.tokenEnds}</th>
          <th class="number">{w.onlineFor}</th>
          <th class="number">{w.roundTrip}</th>
          <th class="number">{w.queue}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {connections.map((connection) => {
          const { clientId, deviceId, platform, ip, protocolVersion, since, roundTrip, queued } = connection
          return (
            <tr key={clientId}>
              <td class="lead mono">{deviceId ?? clientId}</td>
              <td data-label={w.platform}>{platform}</td>
              <td data-label={w.address} class="mono">
                {ip}
              </td>
              <td data-label={w.mqtt}>{protocolVersion === 5 ? '5' : '3.1.1'}</td>
              <td data-label={w.tokenEnds}>{format.dateTime(connection.tokenExpires)}</td>
              <td data-label={w.onlineFor} class="number" title={format.dateTime(since)}>
                {format.lasting(Date.now() - since)}
              </td>
              <td data-label={w.roundTrip} class="number">
                {roundTrip === undefined ? '' : format.ms(roundTrip)}
              </td>
              <td data-label={w.queue} class={`number ${queued > 0 ? 'some' : ''}`}>
                {format.count(queued)}
              </td>
              <td class="act">
                <KickButton connection={connection} />
              </td>
            </tr>
          )
        })}
        {sessions.map(({ clientId, leftAt, expires, queued }) => (
          <tr key={clientId} class="away">
            <td class="lead mono">{clientId.split('/')[3] ?? clientId}</td>
            <td class="wide" colSpan={6}>
              {leftAt !== undefined && `${w.away} ${format.lasting(Date.now() - leftAt)}`}
              {expires !== undefined && ` · ${w.sessionEnds} ${format.dateTime(expires)}`}
            </td>
            <td data-label={w.queue} class={`number ${queued > 0 ? 'some' : ''}`}>
              {format.count(queued)}
            </td>
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

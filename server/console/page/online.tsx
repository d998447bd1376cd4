// Who is online: searched, sorted and bounded by the server, so that ten thousand are as quick as ten.
import { useState } from 'preact/hooks'
import { KickButton } from './actions'
import type { Connection, Order } from './calls'
import { useDesk } from './desk'
import { Found, More, pageRows, SearchField, useLast } from './list'
import { useLive } from './live'
import { hrefOf } from './place'

export function OnlineTable() {
  const { words: w, calls, app, paused } = useDesk()
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<Order>('since')
  const [limit, setLimit] = useState(pageRows)
  const { data } = useLive(
    `online ${JSON.stringify([search, order, limit])}`,
    () => calls.connections(app, search, order, limit),
    { every: 2000, paused },
  )
  const { data: users } = useLive(
    `users ${search}`,
    () => (search === '' ? Promise.resolve([]) : calls.users(app, search)),
    { every: 10_000, paused },
  )
  const found = useLast(data)
  const here = new Set(found?.data.map(({ username }) => username))
  const others = users?.filter(({ username }) => !here.has(username)) ?? []

  const head = (name: Order, text: string, kind = '') => (
    <th class={kind} aria-sort={order === name ? (name === 'user' ? 'ascending' : 'descending') : undefined}>
      <button type="button" class="sort" title={`${w.sort} ${text}`} onClick={() => setOrder(name)}>
        {text}
      </button>
    </th>
  )

  return (
    <section class="online" aria-labelledby="online">
      <div class="head">
        <h2 id="online">{w.online}</h2>
        <Found found={found} />
        <SearchField
          label={w.search}
          value={search}
          change={(text) => {
            setSearch(text)
            setLimit(pageRows)
          }}
        />
      </div>
      {found && found.data.length > 0 && (
        <table class="cards">
          <thead>
            <tr>
              {head('user', w.user)}
              <th>{w.device}</th>
              <th>{w.platform}</th>
              <th>{w.address}</th>
              <th>{w.mqtt}</th>
              {head('since', w.onlineFor, 'number')}
              {head('roundTrip', w.roundTrip, 'number')}
              {head('queued', w.queue, 'number')}
              <th />
            </tr>
          </thead>
          <tbody>
            {found.data.map((connection) => (
              <Row key={connection.clientId} connection={connection} app={app} />
            ))}
          </tbody>
        </table>
      )}
      {found?.data.length === 0 && others.length === 0 && <p class="none">{search === '' ? w.nobody : w.noneFound}</p>}
      <More found={found} limit={limit} setLimit={setLimit} />
      {search !== '' && others.length > 0 && (
        <>
          <h3>{w.notOnline}</h3>
          <ul class="others">
            {others.map(({ username, status }) => (
              <li key={username}>
                <a href={hrefOf(app, { kind: 'user', name: username })}>{username}</a>
                {status !== 'active' && <span class={`pill ${status}`}>{w[status]}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function Row({ connection, app }: { connection: Connection; app: string }) {
  const { words: w, format } = useDesk()
  const { username, deviceId, platform, ip, protocolVersion, since, roundTrip, queued } = connection
  return (
    <tr>
      <td class="lead">
        <a href={hrefOf(app, { kind: 'user', name: username })}>{username}</a>
      </td>
      <td data-label={w.device} class="mono">
        {deviceId}
      </td>
      <td data-label={w.platform}>{platform}</td>
      <td data-label={w.address} class="mono">
        {ip}
      </td>
      <td data-label={w.mqtt}>{protocolVersion === 5 ? '5' : '3.1.1'}</td>
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
}

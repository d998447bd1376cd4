// Logs that phones sent: by user, name and time, each with its report. The links carry a signature, so that a new tab needs no secret.
import { useState } from 'preact/hooks'
import type { Log } from './calls'
import { useDesk } from './desk'
import { Found, More, pageRows, SearchField, useLast } from './list'
import { useLive } from './live'
import { hrefOf } from './place'

export function LogList() {
  const { words: w, calls, app, paused } = useDesk()
  const [search, setSearch] = useState('')
  const [limit, setLimit] = useState(pageRows)
  const { data } = useLive(`logs ${JSON.stringify([search, limit])}`, () => calls.logs(app, search, limit), {
    every: 5000,
    paused,
  })
  const found = useLast(data)
  return (
    <section aria-labelledby="logs">
      <div class="head">
        <h2 id="logs">{w.logs}</h2>
        <Found found={found} />
        <SearchField
          label={w.searchLogs}
          value={search}
          change={(text) => {
            setSearch(text)
            setLimit(pageRows)
          }}
        />
      </div>
      {found && found.data.length > 0 && <LogTable logs={found.data} withUser />}
      {found?.data.length === 0 && <p class="none">{found.total === 0 ? w.noLogs : w.noneFound}</p>}
      <More found={found} limit={limit} setLimit={setLimit} />
    </section>
  )
}

export function LogTable({ logs, withUser }: { logs: readonly Log[]; withUser: boolean }) {
  const { words: w, format, language, app } = useDesk()
  return (
    <table class="cards">
      <thead>
        <tr>
          {withUser && <th>{w.user}</th>}
          <th>{w.name}</th>
          <th class="number">{w.size}</th>
          <th>{w.changed}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {logs.map(({ id, username, name, size, received, updated, links }) => (
          <tr key={id}>
            {withUser && (
              <td class="lead">
                <a href={hrefOf(app, { kind: 'user', name: username })}>{username}</a>
              </td>
            )}
            <td class={withUser ? 'mono' : 'lead mono'} data-label={w.name}>
              {name}
            </td>
            <td class="number" data-label={w.size}>
              {received === size ? format.bytes(size) : `${format.bytes(received)} ${w.of} ${format.bytes(size)}`}
            </td>
            <td data-label={w.changed}>
              {format.dateTime(updated)} {received < size && <span class="pill">{w.incomplete}</span>}
            </td>
            <td class="act">
              <a class="small main" href={`${links.report}&lang=${language}`} target="_blank" rel="noopener noreferrer">
                {w.report}
              </a>
              <a class="small" href={links.text} target="_blank" rel="noopener noreferrer">
                {w.text}
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

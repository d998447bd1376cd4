// Refusals and endings by code, each with what the phone says.
import type { CodeCount } from '../../figures/shape'
import { useDesk } from './desk'

export function Codes({ codes }: { codes: readonly CodeCount[] | undefined }) {
  const { words: w, format, meanings, language } = useDesk()
  return (
    <section class="codes" aria-labelledby="codes">
      <div class="head">
        <h2 id="codes">{w.byCode}</h2>
        <span class="faint">{w.since}</span>
      </div>
      {codes?.length === 0 && <p class="none">{w.byCodeNone}</p>}
      {codes && codes.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{w.code}</th>
              <th>{w.meaning}</th>
              <th class="number">{w.atLogin}</th>
              <th class="number">{w.whileOnline}</th>
              <th class="number">{w.last}</th>
            </tr>
          </thead>
          <tbody>
            {codes.map(({ code, refused, ended, last }) => (
              <tr key={code}>
                <td class="code">{code}</td>
                <td class="wide">{meanings[code]?.[language] ?? ''}</td>
                <td class="number">{refused > 0 && format.count(refused)}</td>
                <td class="number">{ended > 0 && format.count(ended)}</td>
                <td class="number">
                  <time>{format.time(last)}</time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

// The first view: how the server stands, what it refuses, who is online.
import { useState } from 'preact/hooks'
import type { Figures } from '../../figures/shape'
import type { Span } from './calls'
import { Codes } from './codes'
import { useDesk } from './desk'
import { useLive } from './live'
import { OnlineTable } from './online'
import { Tiles } from './tiles'

/** Whether the app's backend hears who has messages waiting. */
function WebhookLine({ webhook }: { webhook: NonNullable<Figures['webhook']> }) {
  const { words: w, format } = useDesk()
  const { pending, delivered, givenUp, lastError } = webhook
  return (
    <p class="webhook faint">
      {w.webhook}: {w.webhookState(format.count(pending), format.count(delivered), format.count(givenUp))}
      {lastError && ` · ${w.webhookFailed} ${format.time(lastError.at)} ${lastError.why}`}
    </p>
  )
}

export function Overview({ figures }: { figures: Figures | undefined }) {
  const { words: w, format, calls, paused } = useDesk()
  const [span, setSpan] = useState<Span>('hour')
  const { data: history } = useLive(`history ${span}`, () => calls.history(span), { every: 10_000, paused })
  return (
    <>
      <section aria-labelledby="server">
        <div class="head">
          <h2 id="server">{w.server}</h2>
          {figures && (
            <span class="faint">
              {w.up} {format.lasting(figures.now - figures.started)}
            </span>
          )}
          <span class="choice" role="group">
            {(['hour', 'day'] as const).map((each) => (
              <button key={each} type="button" aria-pressed={span === each} onClick={() => setSpan(each)}>
                {w[each]}
              </button>
            ))}
          </span>
        </div>
        <Tiles figures={figures} history={history} span={span} />
        {figures?.webhook && <WebhookLine webhook={figures.webhook} />}
      </section>
      <div class="columns">
        <OnlineTable />
        <Codes codes={figures?.codes} />
      </div>
    </>
  )
}

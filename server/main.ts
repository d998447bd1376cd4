// `npm run server`: reads the command line, starts the server, says where it is, and stops it gracefully.
import { readCommandLine, usage } from './options'
import { silent, toLines } from './log'
import { startServer } from './server'

async function main(): Promise<void> {
  const { help, quiet, ...wishes } = readCommandLine(process.argv.slice(2), process.env)
  if (help) {
    console.log(usage)
    return
  }
  const server = await startServer({
    ...wishes,
    log: quiet ? silent : toLines((line) => console.log(line)),
    onFatal: (error) => {
      console.error('The data folder cannot be written, so nothing can be promised any more.', error)
      process.exit(1)
    },
  })
  const [app = ''] = wishes.apps ?? []
  console.log(`
miniprogram-im server

  messages       ${server.url}      (MQTT 5 and 3.1.1, subprotocol mqtt)
  REST           ${server.apiUrl}/${app.replace('#', '/')}      (docs/rest.md)
  console        ${server.apiUrl}/admin      (opens with the administrator's secret)
  apps           ${(wishes.apps ?? []).join(', ')}
  registration   ${wishes.registration ?? 'open'}
  data           ${wishes.data ?? ''}
  administrator  ${server.adminSecret}      (REST: Authorization: Bearer ...)

Stop it with Ctrl+C; everybody who is connected is told.
`)
  const stop = (): void => void server.stop().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  console.error('npm run server -- --help lists the options.')
  process.exit(2)
})

// `npm run server`: reads the command line, starts the server, says where it is, and stops it gracefully.
import { readCommandLine, usage, type ServerWishes } from './options'
import { silent, toLines } from './log'
import { startServer, type RunningServer } from './server'
import { StoreTrouble } from './store/trouble'

const retrySeconds = 5

/** A full disk is no reason to end: the server starts when there is room, without anybody's hands. */
async function startWithRoom(wishes: ServerWishes): Promise<RunningServer> {
  for (;;) {
    try {
      return await startServer(wishes)
    } catch (error) {
      if (!(error instanceof StoreTrouble && error.trouble === 'full')) throw error
      console.error(`${error.message} It looks again in ${retrySeconds} s.`)
      await new Promise((resolve) => setTimeout(resolve, retrySeconds * 1000))
    }
  }
}

async function main(): Promise<void> {
  const { help, quiet, ...wishes } = readCommandLine(process.argv.slice(2), process.env)
  if (help) {
    console.log(usage)
    return
  }
  const server = await startWithRoom({
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
  webhook        ${wishes.webhook === undefined ? 'none' : new URL(wishes.webhook).origin}
  administrator  Authorization: Bearer ${server.adminSecret}      (the console asks for what follows Bearer)

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

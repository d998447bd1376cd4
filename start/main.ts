// The main job: simulated phones with the shipped SDK talk through the embedded server, and nothing breaks them apart.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { renderReport } from '../report/render'
import { chapters } from './chapters'
import { createStage } from './stage'

const ROOT = join(__dirname, '..')
const FOLDER = join(ROOT, 'artifacts/start')

const main = async (): Promise<number> => {
  const began = Date.now()
  console.log(
    'Two phones talk through the embedded server while everything around them breaks. It takes under a minute.',
  )
  const stage = await createStage(FOLDER)
  stage.say('server', `is up at ${stage.server.url}`)
  const alice = stage.actor('alice')
  const bob = stage.actor('bob')
  for (const [i, { title, proves, play }] of chapters.entries()) {
    console.log(`\n${i + 1}/${chapters.length}  ${title}`)
    await play(stage, alice, bob)
    console.log(`  ✓ ${proves}`)
  }
  const { actors, ledger } = stage

  const logs = await Promise.all(
    actors.map(async ({ phone, sdk }) => ({ name: `${phone.name}.ndjson`, text: await sdk.logger.export() })),
  )
  for (const { name, text } of logs) writeFileSync(join(FOLDER, name), text)
  writeFileSync(join(FOLDER, 'report.html'), renderReport(logs, { lang: 'en' }))

  const { sent, delivered, lost, duplicated } = ledger.summary()
  const most = Math.max(...actors.map(({ phone }) => phone.sockets.most))
  const sockets = actors.reduce((sum, { phone }) => sum + phone.sockets.open, 0)
  const timers = actors.reduce((sum, { phone }) => sum + phone.timersLeft(), 0)
  const leftovers = actors.filter(({ phone }) => phone.sockets.open + phone.timersLeft() > 0)
  const errors = actors.flatMap(({ phone }) => phone.errors)
  const reconnects = actors.reduce((sum, actor) => sum + actor.reconnects, 0)
  for (const { phone } of actors) phone.dispose()
  await stage.stop()

  for (const { phone } of leftovers)
    console.error(`${phone.name}: ${phone.sockets.open} sockets and ${phone.timersLeft()} timers left`)
  for (const error of errors) console.error('thrown into the app:', error)
  const failed = lost + duplicated + sockets + timers + errors.length > 0 || most > 2
  console.log(
    `\nwhat each phone logged, as a picture: ${relative(ROOT, join(FOLDER, 'report.html'))} (from ${relative(ROOT, FOLDER)}/*.ndjson)`,
  )
  console.log(`\n${'─'.repeat(72)}`)
  console.log(
    `${failed ? '✗' : '✓'} ${sent} messages sent, ${delivered} delivered, ${lost} lost, ${duplicated} duplicated; ${reconnects} reconnects; ` +
      `at most ${most} sockets open at once; ${sockets} sockets and ${timers} timers left; ${Math.round((Date.now() - began) / 1000)} s`,
  )
  return failed ? 1 : 0
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)

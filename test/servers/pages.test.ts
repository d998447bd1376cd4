// docs/servers shows the configurations that were run, to the letter.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ejabberd from './fixtures/ejabberd'
import * as mosquitto from './fixtures/mosquitto'

const page = (name: string): string => readFileSync(join(__dirname, '../../docs/servers', `${name}.md`), 'utf8')

it('shows the configuration of ejabberd that was run', () => {
  expect(page('ejabberd')).toContain(ejabberd.configuration('acme/chat', '/etc/ejabberd/jwk.json', 5280, 5281))
})

it('shows the configuration and the access list of Mosquitto that were run', () => {
  expect(page('mosquitto')).toContain(mosquitto.configuration('mosquitto', '/etc/mosquitto', 8083, 1883))
  expect(page('mosquitto')).toContain(mosquitto.accessList('acme/chat', { g1: ['alice'] }))
})

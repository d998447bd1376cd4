// docs/servers shows the configurations that were run, to the letter.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ejabberd from './fixtures/ejabberd'
import * as mosquitto from './fixtures/mosquitto'
import * as proxies from './fixtures/proxies'
import * as rabbitmq from './fixtures/rabbitmq'

const page = (name: string): string => readFileSync(join(__dirname, '../../docs/servers', `${name}.md`), 'utf8')

it('shows the configuration of ejabberd that was run', () => {
  expect(page('ejabberd')).toContain(ejabberd.configuration('acme/chat', '/etc/ejabberd/jwk.json', 5280, 5281))
})

it('shows the configuration and the access list of Mosquitto that were run', () => {
  expect(page('mosquitto')).toContain(mosquitto.configuration('mosquitto', '/etc/mosquitto', 8083, 1883))
  expect(page('mosquitto')).toContain(mosquitto.accessList('acme/chat', { g1: ['alice'] }))
})

it('shows the configuration and the permissions of RabbitMQ that were run', () => {
  expect(page('rabbitmq')).toContain(rabbitmq.configuration(5672, 1883, 15675))
  const { configure, write, read, topicWrite, topicRead } = rabbitmq.permissions('acme/chat')
  expect(page('rabbitmq')).toContain(`alice "${configure}" "${write}" "${read}"`)
  expect(page('rabbitmq')).toContain(`alice amq.topic "${topicWrite}" "${topicRead}"`)
})

it('shows the proxies that were run', () => {
  expect(page('embedded')).toContain(proxies.nginxSite(443, '/etc/ssl/im', 7380))
  expect(page('embedded')).toContain(proxies.haproxySite(443, '/etc/ssl/im', 7380))
})

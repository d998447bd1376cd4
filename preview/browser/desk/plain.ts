// The third lane: for each phone on the desk a second one, without a screen, that runs the plain client and meets the same
// accidents at the same time.
import type { NetworkType } from '../../../simulator/core/air'
import { createPhone, type Phone } from '../../../simulator/core/phone'
import { browserClock } from '../hardware/clock'
import { browserLink } from '../hardware/link'
import type { PhoneHandle } from '../phone-handle'
import type { Ledger } from './ledger'
import { plainClient } from './plain-client'

export interface PlainPhone {
  readonly phone: Phone
  /** Meets what this phone meets from now on. */
  follow(other: PhoneHandle): void
  /** Writes the same message. */
  write(id: string, to: string): void
}

export function createPlainPhone(name: string, ledger: Ledger): PlainPhone {
  const phone = createPhone({ clock: browserClock, link: browserLink, name: `plain-${name}` })
  const url = `ws://${location.host}/plain?user=${encodeURIComponent(name)}`
  const start = () =>
    plainClient(phone.wx as never, phone.timers as never, url, ({ id }) =>
      ledger.note(name, id, 'received', Date.now()),
    )
  let client = start()
  phone.onLaunch(() => {
    client = start()
  })
  phone.on(() => ledger.sockets(phone.sockets.open))

  return {
    phone,
    follow(other) {
      phone.show()
      phone.network.set(other.phone.network.type)
      other.phone.on(({ what, detail }) => {
        if (what === 'hide') phone.hide()
        else if (what === 'show' || what === 'resume') phone.show()
        else if (what === 'destroy') phone.kill()
        else if (what === 'network' && (detail === 'weak' || detail === 'strong')) phone.network.weak(detail === 'weak')
        else if (what === 'network') phone.network.set(detail.split(' -> ')[1] as NetworkType) // told before it is so
      })
    },
    write(id, to) {
      ledger.note(name, id, 'written', Date.now())
      // Nobody can write on a phone whose app is dead.
      if (phone.state !== 'destroyed') client.send({ id, to })
    },
  }
}

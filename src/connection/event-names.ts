// Which events there are, by name, those of the messages part included: a misspelt one would be silence.

/** What is told as `on…Message`. */
const messages = [
  'Text',
  'Custom',
  'Cmd',
  'Image',
  'Audio',
  'Video',
  'File',
  'Location',
  'Received',
  'Delivered',
  'Read',
  'Channel',
  'Recall',
] as const

/** A test holds them to `EventMap`. */
export const eventNames = [
  'onConnected',
  'onReconnecting',
  'onDisconnected',
  'onOnline',
  'onOffline',
  'onTokenWillExpire',
  'onTokenExpired',
  'onError',
  'onStateChange',
  'onRawMessage',
  'onWaiting',
  'onMessages',
  'onMessageFailed',
  'onOfflineMessageSyncStart',
  'onOfflineMessageSyncFinish',
  'onStoreOpened',
  'onGroupEvent',
  ...messages.map((name) => `on${name}Message` as const),
] as const

/** How much of one name is in the other: pairs of letters that both have, for each letter of the other. */
const likeness = (one: string, other: string): number => {
  let shared = 0
  for (let at = 1; at < one.length; at++) if (other.includes(one.slice(at - 1, at + 1))) shared++
  return shared / other.length
}

/** The names of the events that an object has handlers of, its class included; its other members are its own business. */
export const eventsOf = (handlers: Readonly<Record<string, unknown>>): string[] => {
  const own = Object.keys(handlers).filter((name) => /^on/i.test(name))
  return Array.from(new Set(own.concat(eventNames))).filter((name) => handlers[name] !== undefined)
}

/** What is wrong with listening so, or `undefined`. */
export const whyDeaf = (event: unknown, handler: unknown): string | undefined => {
  if (eventNames.indexOf(event as (typeof eventNames)[number]) < 0) {
    const wanted = String(event).slice(0, 40).toLowerCase()
    const [near] = eventNames
      .slice()
      .sort((a, b) => likeness(wanted, b.toLowerCase()) - likeness(wanted, a.toLowerCase()))
    return `there is no event ${String(event)}; the nearest is ${near}`
  }
  return typeof handler === 'function' ? undefined : `the handler of ${String(event)} must be a function`
}

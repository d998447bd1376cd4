// glass-easel's DOM backend, corrected: built-ins fire their own input/scroll/... events, and a tap is marked as one.
import { glassEasel } from 'glass-easel-miniprogram-adapter'

// The browser fires these on the host elements too; without this filter every handler would run twice.
const ownEvents = ['input', 'change', 'focus', 'blur', 'scroll', 'load', 'error', 'submit', 'reset']

/** `tap` runs what a tap on the screen causes: some APIs work only inside one. */
export default function backendWithoutEchoes(tap: (run: () => void) => void): never {
  const backend = new glassEasel.CurrentWindowBackendContext()
  backend.onEvent((target, type, detail, options) => {
    const trigger = () => glassEasel.triggerEvent(target, type, detail, options)
    if (type === 'tap') tap(trigger)
    else trigger()
  })
  const listen = backend.setListenerStats.bind(backend)
  backend.setListenerStats = (host, type, ...rest) => {
    const isBuiltin = (host as unknown as { tagName?: string } | undefined)?.tagName?.startsWith('WX-')
    if (!(isBuiltin && ownEvents.includes(type))) listen(host, type, ...rest)
  }
  return backend as never
}

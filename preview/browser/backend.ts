// glass-easel's DOM backend, corrected: built-ins fire their own input/scroll/... events, a tap is marked as one, and
// there is a longpress: held for so long, or the other mouse button, or the keyboard's menu key.
import { glassEasel } from 'glass-easel-miniprogram-adapter'

// The browser fires these on the host elements too; without this filter every handler would run twice.
const ownEvents = ['input', 'change', 'focus', 'blur', 'scroll', 'load', 'error', 'submit', 'reset']

const LONG = 350
const STEADY = 10

/** Calls back with what was pressed long, and where; a press that was long is no tap. */
function onLongPress(told: (target: EventTarget | null, at: { x: number; y: number }) => void): () => boolean {
  let timer: number | undefined
  let began = { x: 0, y: 0 }
  const press = { long: false }
  const fire = (target: EventTarget | null, at: { x: number; y: number }) => {
    clearTimeout(timer)
    if (press.long) return
    press.long = true
    told(target, at)
  }
  const listen = <Name extends keyof DocumentEventMap>(name: Name, run: (event: DocumentEventMap[Name]) => void) =>
    document.addEventListener(name, run, { capture: true })
  listen('pointerdown', ({ target, clientX: x, clientY: y, button }) => {
    clearTimeout(timer)
    press.long = false
    began = { x, y }
    if (button === 0) timer = window.setTimeout(() => fire(target, began), LONG)
  })
  listen('pointermove', ({ clientX, clientY }) => {
    if (Math.hypot(clientX - began.x, clientY - began.y) > STEADY) clearTimeout(timer)
  })
  listen('pointerup', () => clearTimeout(timer))
  listen('pointercancel', () => clearTimeout(timer))
  listen('contextmenu', (event) => {
    event.preventDefault()
    fire(event.target, { x: event.clientX, y: event.clientY })
  })
  return () => press.long
}

/** The element of the mini-program that a node of the page belongs to. */
function elementOf(target: EventTarget | null): object | undefined {
  let node = target as (Node & { __wxElement?: object }) | null
  while (node && !node.__wxElement) node = node.parentNode
  return node?.__wxElement
}

/** A mouse is a finger: touchstart, touchmove and touchend go to where it came down. */
function onFinger(told: (target: object, type: string, at: { pageX: number; pageY: number }) => void): void {
  let held: object | undefined
  const listen = (name: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel', type: string) =>
    document.addEventListener(
      name,
      ({ target, pageX, pageY, pointerType }) => {
        if (pointerType === 'touch') return // the browser's own touches
        if (type === 'touchstart') held = elementOf(target)
        if (held) told(held, type, { pageX, pageY })
        if (type === 'touchend' || type === 'touchcancel') held = undefined
      },
      { capture: true },
    )
  listen('pointerdown', 'touchstart')
  listen('pointermove', 'touchmove')
  listen('pointerup', 'touchend')
  listen('pointercancel', 'touchcancel')
}

/** `tap` runs what a tap on the screen causes: some APIs work only inside one. */
export default function backendWithoutEchoes(tap: (run: () => void) => void): never {
  const backend = new glassEasel.CurrentWindowBackendContext()
  const wasLong = onLongPress((target, at) => {
    const held = elementOf(target)
    if (held) glassEasel.triggerEvent(held as never, 'longpress', at, { bubbles: true, composed: true })
  })
  onFinger((target, type, at) => {
    const touches = type === 'touchend' || type === 'touchcancel' ? [] : [at]
    const extraFields = { touches, changedTouches: [at] }
    glassEasel.triggerEvent(target as never, type, {}, { bubbles: true, composed: true, extraFields })
  })
  backend.onEvent((target, type, detail, options) => {
    const trigger = () => glassEasel.triggerEvent(target, type, detail, options)
    if (type !== 'tap') trigger()
    else if (!wasLong()) tap(trigger)
  })
  const listen = backend.setListenerStats.bind(backend)
  backend.setListenerStats = (host, type, ...rest) => {
    const isBuiltin = (host as unknown as { tagName?: string } | undefined)?.tagName?.startsWith('WX-')
    if (!(isBuiltin && ownEvents.includes(type))) listen(host, type, ...rest)
  }
  return backend as never
}

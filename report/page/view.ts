// What the reader has chosen: the language, and the stretch of time in view. Whoever draws listens here.
import { createScale } from './scale'
import { firstLanguage, model } from './model'
import { duration as durationIn, timeOfDay } from '../format'
import type { Language } from '../rule'
import { words as allWords, type PageWords } from '../words'

const scaleOfModel = () => createScale(model.rows.map(({ t }) => t))

export let scale = scaleOfModel()

export const view = {
  lang: firstLanguage,
  /** Places on the scale. */
  from: 0,
  to: 1,
}

const listeners: (() => void)[] = []
export const onZoom = (listener: () => void) => listeners.push(listener)

export const zoom = (from: number, to: number) => {
  view.from = Math.max(0, Math.min(from, to))
  view.to = Math.min(1, Math.max(from, to))
  if (view.to - view.from < 1e-7) Object.assign(view, { from: 0, to: 1 })
  listeners.forEach((listener) => listener())
}
export const zoomed = () => view.from > 0 || view.to < 1

/** Shows `factor` times as much, around the middle of what is shown. */
export const zoomBy = (factor: number) => {
  const half = Math.min(0.5, ((view.to - view.from) * factor) / 2)
  const middle = Math.min(1 - half, Math.max(half, (view.from + view.to) / 2))
  zoom(middle - half, middle + half)
}

/** Moves by a share of what is shown. */
export const pan = (share: number) => {
  const width = view.to - view.from
  const from = Math.min(1 - width, Math.max(0, view.from + share * width))
  zoom(from, from + width)
}

/** After other logs were shown: all of their time. */
export const resetView = () => {
  scale = scaleOfModel()
  Object.assign(view, { from: 0, to: 1 })
}
export const forgetListeners = () => listeners.splice(0)

export const words = (): PageWords => allWords[view.lang]
export const stateName = (state: string): string => words().states[state] ?? state
export const duration = (ms: number): string => durationIn(ms, view.lang)
export const zoneOf = (phone: number): number => model.phones[phone]?.header?.zone ?? 0
export const clockTime = (t: number, zone: number): string => timeOfDay(t, zone)
export const fullTime = (t: number, zone: number): string => new Date(t + zone * 60000).toISOString().slice(11, 23)
export const day = (t: number, zone: number): string => new Date(t + zone * 60000).toISOString().slice(0, 10)
export const setLanguage = (lang: Language) => {
  view.lang = lang
}

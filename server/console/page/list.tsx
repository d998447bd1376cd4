// What every long list has: a field to search it, how much was found, and more of it on demand.
import { useEffect, useRef } from 'preact/hooks'
import type { Found as FoundRows } from './calls'
import { useDesk } from './desk'

export const pageRows = 100
const mostRows = 1000

/** The last answer, while the next one is under way: a table that blinks cannot be read. */
export function useLast<Data>(data: Data | undefined): Data | undefined {
  const last = useRef(data)
  if (data !== undefined) last.current = data
  return data ?? last.current
}

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  readonly change: (text: string) => void
}

/** `/` goes to it, as on many pages, unless one types already. */
export function SearchField({ label, value, change }: SearchFieldProps) {
  const { words: w } = useDesk()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
      if (event.key !== '/' || typing || document.querySelector('dialog[open]')) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  return (
    <input
      ref={field}
      type="search"
      placeholder={label}
      aria-label={label}
      aria-keyshortcuts="/"
      title={w.searchKey}
      value={value}
      onInput={(event) => change(event.currentTarget.value)}
    />
  )
}

export function Found({ found }: { found: FoundRows<unknown> | undefined }) {
  const { words: w, format } = useDesk()
  if (!found) return null
  const { count, total } = found
  return (
    <span class="faint">
      {count === total ? format.count(total) : w.found(format.count(count), format.count(total))}
    </span>
  )
}

interface MoreProps {
  readonly found: FoundRows<unknown> | undefined
  readonly limit: number
  readonly setLimit: (limit: number) => void
}

export function More({ found, limit, setLimit }: MoreProps) {
  const { words: w } = useDesk()
  if (!found || found.count <= found.data.length || limit >= mostRows) return null
  return (
    <button type="button" class="more" onClick={() => setLimit(Math.min(mostRows, limit + pageRows))}>
      {w.more}
    </button>
  )
}

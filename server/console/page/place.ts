// Where the page is, as its address says: `#/org/app`, `#/org/app/logs`, `#/org/app/users/name`.

export type View =
  { readonly kind: 'overview' } | { readonly kind: 'logs' } | { readonly kind: 'user'; readonly name: string }

export interface Place {
  /** `org#app`; undefined: the address does not say. */
  readonly app: string | undefined
  readonly view: View
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function readPlace(hash: string): Place {
  const [org, app, view, name] = hash.replace(/^#\/?/, '').split('/').map(decoded)
  if (!org || !app) return { app: undefined, view: { kind: 'overview' } }
  return {
    app: `${org}#${app}`,
    view: view === 'logs' ? { kind: 'logs' } : view === 'users' && name ? { kind: 'user', name } : { kind: 'overview' },
  }
}

export function hrefOf(app: string, view: View = { kind: 'overview' }): string {
  const base = `#/${app.split('#').map(encodeURIComponent).join('/')}`
  switch (view.kind) {
    case 'overview':
      return base
    case 'logs':
      return `${base}/logs`
    case 'user':
      return `${base}/users/${encodeURIComponent(view.name)}`
  }
}

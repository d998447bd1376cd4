// Where the browser finds what a page names in src; set once the phone's disk is there.

let resolve = (path: string): string => path

export const sourceOf = (path: string): string => resolve(path)

export function resolveSources(resolver: (path: string) => string): void {
  resolve = resolver
}

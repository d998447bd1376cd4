// Whether package-lock.json is whole: `npm ci` refuses one that leaves out a package, be it only for another platform.

export interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly link?: true
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
export type Packages = Readonly<Record<string, Locked>>

/** `who needs what` for each dependency that the lock does not hold. */
export function missing(packages: Packages): string[] {
  /** Looks where Node would: beside the package, then in every folder above it. */
  const held = (from: string, name: string): boolean => {
    const path = `${from ? `${from}/` : ''}node_modules/${name}`
    if (packages[path]) return true
    return from !== '' && held(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name)
  }
  return Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !held(path, name))
      .map((name) => `${path} needs ${name}`),
  )
}

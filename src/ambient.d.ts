// The only globals the SDK may use besides ES2015: what every mini-program base library provides.
declare function setTimeout(run: () => void, delay?: number): unknown
declare function clearTimeout(id: unknown): void

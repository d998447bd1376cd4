// How a built-in component is written: glass-easel's definition, with the parts of `this` that built-ins use.

export interface BuiltIn {
  readonly data: Readonly<Record<string, unknown>>
  triggerEvent(name: string, detail: unknown, options: { bubbles: boolean; composed: boolean }): void
  readonly _$: {
    /** The host element in the document. */
    readonly $$: HTMLElement
    readonly ownerShadowRoot: { getElementById(id: string): { readonly $$: HTMLElement } | null } | null
    replaceDataOnPath(path: readonly string[], value: unknown): void
    applyDataUpdates(): void
    addListener(name: string, run: () => void): void
  }
  /** Of a text field: lays it out anew. */
  fit?: () => void
}

type PropertyType = typeof String | typeof Number | typeof Boolean

// A method, so that each observer may name the type that its property has.
type Observer = { observe(this: BuiltIn, value: unknown): void }['observe']

export interface Definition {
  readonly properties?: Readonly<Record<string, PropertyType | { type: PropertyType; value: unknown }>>
  readonly observers?: Readonly<Record<string, Observer>>
  readonly attached?: (this: BuiltIn) => void
}

/** Fires an event as built-ins do: it neither bubbles nor leaves the component. */
export const fire = (component: BuiltIn, name: string, detail: unknown): void =>
  component.triggerEvent(name, detail, { bubbles: false, composed: false })

/** The browser's own element inside a built-in one, such as the <input> in <wx-input>. */
export const inner = (component: BuiltIn): Element => component._$.$$.firstElementChild!

/** Observers that show properties as attributes of the host, for the style sheet to see. */
export const reflect = (...names: string[]): NonNullable<Definition['observers']> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      function (this: BuiltIn, value: unknown) {
        const host = this._$.$$ as HTMLElement | null // gone once the page is
        if (value === false || value === undefined || value === null || value === '') host?.removeAttribute(name)
        else host?.setAttribute(name, value === true ? '' : (value as string))
      },
    ]),
  )

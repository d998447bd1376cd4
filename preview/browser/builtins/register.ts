// Makes the built-in components known to glass-easel under their wx-* names.
import type { CodeSpace } from 'glass-easel-miniprogram-adapter'
import templates from 'builtin-templates'
import type { Definition } from './definition'
import { input, switchField, textarea } from './fields'
import { scrollView } from './scroll-view'
import { button, form, icon, image, label, navigator, text, view } from './simple'

const definitions: Readonly<Record<string, Definition>> = {
  view, text, form, label, icon, button, navigator, image, input, textarea, switch: switchField, 'scroll-view': scrollView,
} // prettier-ignore

export function registerBuiltins(space: CodeSpace): void {
  for (const [name, { properties, observers, attached }] of Object.entries(definitions)) {
    const path = `builtin/${name}`
    space.addComponentStaticConfig(path, { component: true })
    space.addCompiledTemplate(path, { groupList: templates, content: templates[path] } as never)
    const definition = { properties, observers, lifetimes: attached ? { attached } : {} }
    const type = space
      .component(path)
      .definition(definition as never)
      .register()
    space.getComponentSpace().setGlobalUsingComponent(`wx-${name}`, (type as unknown as { _$: never })._$)
  }
}

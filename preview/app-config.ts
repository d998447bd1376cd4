// The shape of app.json and of a page's or component's .json, as far as the preview reads them.

export interface TabBarItem {
  readonly pagePath: string
  readonly text: string
  readonly iconPath?: string
  readonly selectedIconPath?: string
}

export interface WindowConfig {
  readonly navigationBarTitleText?: string
  readonly navigationBarBackgroundColor?: string
  readonly navigationBarTextStyle?: 'black' | 'white'
  readonly backgroundColor?: string
  readonly navigationStyle?: 'default' | 'custom'
}

export interface AppConfig {
  readonly pages: readonly string[]
  readonly window?: WindowConfig
  readonly tabBar?: {
    readonly color?: string
    readonly selectedColor?: string
    readonly backgroundColor?: string
    readonly list: readonly TabBarItem[]
  }
  readonly usingComponents?: Readonly<Record<string, string>>
}

export interface ComponentConfig extends WindowConfig {
  readonly component?: boolean
  readonly usingComponents?: Readonly<Record<string, string>>
  readonly styleIsolation?: string
}

export interface Graph {
  readonly app: AppConfig
  /** By path without extension; `usingComponents` points at absolute paths, `scope` prefixes an isolated component's classes. */
  readonly components: Readonly<Record<string, ComponentConfig & { readonly isPage: boolean; readonly scope?: string }>>
}

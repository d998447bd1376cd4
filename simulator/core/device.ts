// What the phone says of itself, of WeChat and of the mini-program.
// Models wechat-runtime.md section 5 (base libraries) and the typings; the values are those of common devices.
// Extend: a new profile is one more row; a phone's own values go through `createPhone({ device })`.
import type { Profile } from './quirks'

export interface DeviceFacts {
  readonly brand: string
  readonly model: string
  readonly system: string
  readonly platform: string
  /** WeChat's version. */
  readonly version: string
  /** The base library's. */
  readonly SDKVersion: string
  readonly language: string
  readonly appId: string
  readonly appVersion: string
  readonly envVersion: 'develop' | 'trial' | 'release'
}

const common = { language: 'zh_CN', appId: 'wx0123456789abcdef', appVersion: '1.0.0', envVersion: 'release' } as const

export const factsOf: Record<Profile, DeviceFacts> = {
  android: {
    ...common,
    brand: 'vivo',
    model: 'V2339A',
    system: 'Android 14',
    platform: 'android',
    version: '8.0.56',
    SDKVersion: '3.8.0',
  },
  ios: {
    ...common,
    brand: 'iPhone',
    model: 'iPhone 13<iPhone14,5>',
    system: 'iOS 18.1',
    platform: 'ios',
    version: '8.0.56',
    SDKVersion: '3.8.0',
  },
  pc: {
    ...common,
    brand: 'microsoft',
    model: 'microsoft',
    system: 'Windows 11 x64',
    platform: 'windows',
    version: '4.0.3',
    SDKVersion: '3.8.0',
  },
  devtools: {
    ...common,
    brand: 'devtools',
    model: 'iPhone 12/13 (Pro)',
    system: 'iOS 10.0.1',
    platform: 'devtools',
    version: '8.0.5',
    SDKVersion: '3.8.0',
    envVersion: 'develop',
    appVersion: '',
  },
}

/** An iPhone's, in CSS pixels. */
const screen = {
  pixelRatio: 3,
  screenWidth: 390,
  screenHeight: 844,
  windowWidth: 390,
  windowHeight: 753,
  statusBarHeight: 47,
}

export function createDeviceApi(facts: DeviceFacts) {
  const { brand, model, system, platform, version, SDKVersion, language } = facts
  return {
    getSystemInfoSync: () => ({
      brand,
      model,
      system,
      platform,
      version,
      SDKVersion,
      language,
      ...screen,
      fontSizeSetting: 16,
    }),
    getDeviceInfo: () => ({ brand, model, system, platform, abi: 'arm64-v8a', benchmarkLevel: 30 }),
    getAppBaseInfo: () => ({
      SDKVersion,
      version,
      language,
      enableDebug: false,
      theme: 'light' as const,
      host: { appId: '' },
    }),
    getWindowInfo: () => ({ ...screen }),
    getAccountInfoSync: () => ({
      miniProgram: { appId: facts.appId, envVersion: facts.envVersion, version: facts.appVersion },
      plugin: {},
    }),
  }
}

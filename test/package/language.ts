// What a shipped file may be written in: ES2015 syntax, and no global but those every mini-program has.
import { Linter } from 'eslint'

// Proxy is ES2015, but the base library of old phones has none; the rest of ES2015 is there or polyfilled.
const globals = {
  Proxy: 'off',
  ...Object.fromEntries(
    ['console', 'wx', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'].map(
      (name) => [name, 'readonly'] as const,
    ),
  ),
} as const

/** What a phone would stumble over, one line each; empty when the file is fine. */
export function complaints(code: string): string[] {
  return new Linter()
    .verify(code, {
      languageOptions: { ecmaVersion: 6, sourceType: 'commonjs', globals },
      linterOptions: { noInlineConfig: true },
      rules: { 'no-undef': ['error', { typeof: true }] },
    })
    .map((finding) => finding.message)
}

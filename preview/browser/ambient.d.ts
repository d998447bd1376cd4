// What the bundler (../build.ts) supplies beside real modules.

declare module '*.css' {
  const text: string
  export default text
}

declare module 'builtin-templates' {
  const templates: Readonly<Record<string, unknown>>
  export default templates
}

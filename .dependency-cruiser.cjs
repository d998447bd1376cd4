// Which folder may import which (types included), that nothing imports in a circle, and that nothing lies about unused.

/** A folder of src, or one file of it (`log/record.ts`), and what it may import besides itself. */
/** What a part may import: its file may be alone in a package of the app. */
const part = ['part.ts', 'ports/', 'text/', 'version.ts']
const directions = {
  'errors/': [],
  'ports/': ['protocol/refusal.ts'],
  'text/': [],
  'protocol/': ['errors/'],
  'machine/': ['protocol/', 'errors/'],
  'mqtt/codec/': ['text/'],
  'mqtt/': ['protocol/', 'errors/', 'text/'],
  'rest/': ['machine/backoff.ts', 'part.ts', 'ports/', 'errors/'],
  'logins/': [...part, 'rest/'],
  'log/': [...part, 'errors/', 'machine/backoff.ts'],
  'messages/': [...part, 'errors/', 'rest/', 'log/record.ts', 'runtime/emitter.ts'],
  'access/': [
    'machine/backoff.ts',
    'part.ts',
    'protocol/',
    'ports/',
    'errors/',
    'text/',
    'log/record.ts',
    'connection/options.ts',
    'version.ts',
  ],
  'runtime/': ['part.ts', 'machine/', 'protocol/', 'ports/', 'errors/', 'text/', 'log/record.ts', 'version.ts'],
  'connection/': [
    'core.ts',
    'home.ts',
    'part.ts',
    'errors/',
    'text/',
    'log/record.ts',
    'machine/',
    'protocol/',
    'wx/wx-api.ts',
  ],
  'wx/': ['ports/', 'protocol/', 'errors/', 'text/'],
  // The second platform, and its door: nothing else knows that there is one.
  'node/': [
    'core.ts',
    'home.ts',
    'part.ts',
    'version.ts',
    'access/',
    'connection/',
    'errors/',
    'log/',
    'logins/',
    'machine/state.ts',
    'messages/',
    'ports/',
    'protocol/session.ts',
    'wx/wx-api.ts',
  ],
  'doors/': [
    'index.ts',
    'core.ts',
    'home.ts',
    'part.ts',
    'version.ts',
    'access/',
    'connection/',
    'errors/',
    'log/',
    'logins/',
    'machine/state.ts',
    'messages/',
    'ports/platform.ts',
    'protocol/session.ts',
    'wx/',
  ],
}

const at = (name) => `^src/${name.replace('.', '\\.')}${name.endsWith('/') ? '' : '$'}`

const oneWay = Object.entries(directions).map(([folder, allowed]) => ({
  name: `${folder.slice(0, -1)}-imports`,
  severity: 'error',
  comment: `src/${folder} may import only itself and ${allowed.join(', ') || 'nothing'}`,
  from: { path: at(folder) },
  to: { path: '^src/', pathNot: [folder, ...allowed].map(at) },
}))

const entries = '^src/(index|doors/[^/]+|node/door)\\.ts$'

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...oneWay,
    {
      name: 'folder-without-a-rule',
      severity: 'error',
      comment: 'say in .dependency-cruiser.cjs what a new folder of src may import',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(directions).map(at) },
      to: {},
    },
    {
      name: 'sdk-stands-alone',
      severity: 'error',
      comment: 'every byte ships: src imports nothing but itself and the two packages bundled into it',
      from: { path: '^src/', pathNot: '^src/node/' },
      to: { pathNot: ['^src/(?!node/)', '^node_modules/(loglevel|eventemitter3)/'] },
    },
    {
      name: 'nothing-unused-in-src',
      severity: 'error',
      from: { path: entries },
      to: { path: '^src/', pathNot: ['\\.d\\.ts$', entries], reachable: false },
    },
    {
      name: 'simulator-core-is-portable',
      severity: 'error',
      comment: 'a browser hosts it too: no Node, no package',
      from: { path: '^simulator/core/' },
      to: { pathNot: '^simulator/core/' },
    },
    {
      name: 'only-the-shipped-file',
      severity: 'error',
      comment: 'the simulator, the server and the demo know the SDK as an app does, never its sources',
      from: { path: '^(simulator|server|start|preview|miniprogram-demo)/' },
      to: { path: '^src/' },
    },
    {
      name: 'tests-are-imported-by-tests',
      severity: 'error',
      comment: 'what a tool, a benchmark or the product needs does not live under test/',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      // Their packages are in dependencies/, installed when they are used.
      from: { pathNot: ['^bench/rongcloud\\.mjs$', '^tools/site/config\\.mjs$'] },
      // builtin-templates is made while the preview is built; the demo has the package once `npm run demo:npm` has put it there.
      to: { couldNotResolve: true, pathNot: '^(builtin-templates$|miniprogram-im)' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // type-only imports count
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(miniprogram_dist|dist|miniprogram_npm)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}

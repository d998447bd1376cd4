// Which folder may import which (types included), that nothing imports in a circle, and that nothing lies about unused.

/** A folder of src, or one file of it (`log/record.ts`), and what it may import besides itself. */
const directions = {
  'errors/': [],
  'ports/': [],
  'bytes/': ['errors/'],
  'protocol/': ['errors/', 'ports/'],
  'machine/': ['protocol/', 'errors/', 'ports/'],
  'mqtt/codec/': ['errors/', 'bytes/'],
  'mqtt/': ['protocol/', 'errors/', 'bytes/', 'ports/', 'log/record.ts'],
  'rest/': ['ports/', 'errors/', 'bytes/'],
  'token/': ['rest/', 'protocol/', 'ports/', 'errors/', 'bytes/', 'log/record.ts'],
  'message/': ['rest/', 'ports/', 'errors/', 'bytes/', 'log/record.ts'],
  'log/': ['rest/', 'ports/', 'errors/', 'bytes/'],
  'runtime/': ['machine/', 'protocol/', 'rest/', 'token/', 'ports/', 'errors/', 'bytes/', 'log/record.ts'],
  'wx/': ['ports/', 'protocol/', 'errors/', 'bytes/'],
  'doors/': ['index.ts'],
}

const at = (name) => `^src/${name.replace('.', '\\.')}${name.endsWith('/') ? '' : '$'}`

const oneWay = Object.entries(directions).map(([folder, allowed]) => ({
  name: `${folder.slice(0, -1)}-imports`,
  severity: 'error',
  comment: `src/${folder} may import only itself and ${allowed.join(', ') || 'nothing'}`,
  from: { path: at(folder) },
  to: { path: '^src/', pathNot: [folder, ...allowed].map(at) },
}))

const entries = '^src/(index|doors/[^/]+)\\.ts$'

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
      from: { path: '^src/' },
      to: { pathNot: ['^src/', '^node_modules/(loglevel|eventemitter3)/'] },
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
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
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

// What the linter holds the code to: typed rules everywhere, ES2015 without helpers in what ships.
import js from '@eslint/js'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const restrict = (messages) => [
  'error',
  ...Object.entries(messages).map(([selector, message]) => ({ selector, message })),
]

export default tseslint.config(
  {
    ignores: [
      '**/miniprogram_dist/',
      '**/miniprogram_npm/',
      '**/dist/',
      'bin/',
      'artifacts/',
      'docs/api/',
      'examples/', // apps of other frameworks, with their own compilers
      'coverage/',
      '**/.data/',
    ],
  },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.{js,cjs}'], languageOptions: { globals: globals.node, sourceType: 'commonjs' } },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    // Each file is linted with the tsconfig.json nearest to it, so that src sees ES2015 only.
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off', // a union needs `type`, the rest is taste
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess makes `bytes[i]!` the honest form
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/unbound-method': 'off', // objects here are closures: their methods know no `this`
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off', // what a port rejects with is part of its contract
      'no-console': 'error',
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/node/**'], // Node's own, outside the files of a mini-program
    rules: {
      '@typescript-eslint/prefer-promise-reject-errors': 'off', // ports reject with plain facts; the runtime makes errors of them
      'no-restricted-syntax': restrict({
        ':function[async=true]': 'async needs a helper in ES2015: use promises',
        'ObjectPattern > RestElement': 'object rest needs a helper in ES2015: name the fields',
        'PropertyDefinition[key.type="PrivateIdentifier"]': 'a #private field needs a helper in ES2015: use a closure',
        TSEnumDeclaration: 'an enum ships its names twice: use a union of literals',
      }),
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/required.ts'],
    rules: {
      'no-restricted-syntax': restrict({
        'MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(skip|only|todo)$/]':
          'no test is left out in silence: testWith and describeWith of test/required.ts say what is missing, and fail in CI',
      }),
    },
  },
  {
    files: ['test/types/**'], // nothing here runs: names exist only to be typed
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': { descriptionFormat: '^ -- .' }, minimumDescriptionLength: 3 },
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
  {
    files: ['test/types/vendor-samples.ts'], // the vendors' own words: only their types are looked at
    rules: { 'no-var': 'off', 'prefer-const': 'off', '@typescript-eslint/switch-exhaustiveness-check': 'off' },
  },
  { files: ['test/doors/samples/*.js'], rules: { 'no-unused-vars': 'off' } }, // the seeds' own words; the tests call them
  {
    files: ['start/**', 'bench/**', 'report/**', 'server/main.ts', 'simulator/profile/main.ts', 'preview/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['miniprogram-demo/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off', // every wx call also answers with a promise, which nobody needs
    },
  },
)

// What the linter holds the code to: typed rules everywhere, stricter in what ships.
import js from '@eslint/js'
import globals from 'globals'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: ['miniprogram_dist/', 'dist/', '**/miniprogram_npm/', 'artifacts/', 'bench/peers/', 'coverage/', '.data/'],
  },
  js.configs.recommended,
  { files: ['**/*.{js,cjs}'], languageOptions: { globals: globals.node, sourceType: 'commonjs' } },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: [
      'src/**/*.ts',
      'simulator/**/*.ts',
      'server/**/*.ts',
      'test/**/*.ts',
      'bench/**/*.ts',
      'start/**/*.ts',
      'preview/**/*.ts',
    ],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/tsconfig.json', './simulator/core/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess makes `bytes[i]!` the honest form in the codec
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-console': 'error',
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['start/**', 'bench/**', 'server/main.ts', 'preview/**'], rules: { 'no-console': 'off' } },
)

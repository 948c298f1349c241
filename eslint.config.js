import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['.dependency-cruiser.cjs', 'dist/', 'results/', 'scenarios/', 'test/data/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    // The network model is pure: no clock, no I/O, no randomness but what it is handed.
    files: ['lab/network/**/*.ts', 'lab/stats/**/*.ts', 'server/strategies/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'performance',
        'process',
        'setTimeout',
        'setImmediate',
        'setInterval',
        'Date',
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'this folder does no I/O' }] },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: { console: 'readonly', URL: 'readonly' } },
  },
  { files: ['test/bench/*.mjs'], rules: { '@typescript-eslint/ban-ts-comment': 'off' } },
);

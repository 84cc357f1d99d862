/** Lint rules of the browser app; the import rules are the house plan of ARCHITECTURE.md. */
import globals from 'globals'
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

const FEATURES = ['agreement', 'captions', 'case', 'channels', 'confirmation', 'court', 'forms', 'limits', 'network', 'room', 'seat', 'signing', 'table']
/** Folders without domain words: every feature may use them. `pdf` is pure and serves signing and court. */
const REASON =
  'Features do not import each other: pages -> features -> {ui, i18n, api, protocol, pdf}. ' +
  'Compose them in static/src/pages and hand one to the other through a slot or a prop.'

const fences = FEATURES.map((feature) => ({
  files: [`src/${feature}/**/*.{ts,vue}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [...FEATURES.filter((other) => other !== feature), 'pages'].flatMap((other) => [
              `../${other}/*`, `../../${other}/*`, `../../../${other}/*`,
            ]),
            message: REASON,
          },
        ],
      },
    ],
  },
}))

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/protocol.ts'] },
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'] } },
  },
  {
    files: ['src/**/*.{ts,vue}'],
    languageOptions: { globals: globals.browser, ecmaVersion: 2022, sourceType: 'module' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'window', property: 'open', message: 'WeChat blocks it; use a plain link.' },
      ],
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': ['error', { allowBinding: true }],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/multi-word-component-names': 'off',
      'vue/html-self-closing': ['warn', { html: { void: 'any', normal: 'any', component: 'always' } }],
      // Line breaking inside tags is a matter of taste; these rules would only add noise to reviews.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
    },
  },
  ...fences,
  {
    files: ['src/{ui,i18n}/**/*.{ts,vue}', 'src/api.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [...FEATURES, 'pages'].flatMap((folder) => [`../${folder}/*`, `./${folder}/*`]),
              message: 'ui, i18n and api have no domain words and import no feature.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/pdf/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: [...FEATURES, 'pages'].map((f) => `../${f}/*`), message: 'pdf is pure and imports no feature.' }] },
      ],
    },
  },
)

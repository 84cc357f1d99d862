/** Build of dist/offline.html, after the app: one file with everything in it, which a policy of hashes allows and nothing else. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'

import { defineConfig, mergeConfig, type Plugin } from 'vite'

import { buildHash } from './build-hash.ts'
import { plugins } from './vite.config.ts'

const here = import.meta.dirname
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The words of both languages instead of those loaded from a server. */
const ownWords: Plugin = {
  name: 'hejie-offline-words',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    const found = await this.resolve(source, importer, { ...options, skipSelf: true })
    return found?.id === resolve(here, 'src/i18n/index.ts') ? resolve(here, 'src/offline/words.ts') : null
  },
}

/** Script and style into the page; the script last, since one that is not a module's own file is not deferred. */
const oneFile: Plugin = {
  name: 'hejie-one-file',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const files = Object.values(bundle)
    const page = files.find((one) => one.type === 'asset' && one.fileName === 'offline.html')
    const scripts = files.filter((one) => one.type === 'chunk')
    const styles = files.filter((one) => one.type === 'asset' && one.fileName.endsWith('.css'))
    if (page?.type !== 'asset' || scripts.length !== 1 || files.length !== 2 + styles.length) throw new Error(`offline: ${files.map(({ fileName }) => fileName).join(' ')}`)
    const script = scripts.map((one) => one.code).join('').replaceAll('</script', '<\\/script').trim()
    const style = styles.map((one) => (one.type === 'asset' ? String(one.source) : '')).join('').trim()
    const policy = [
      "default-src 'none'", `script-src ${hashOf(script)}`, `style-src ${hashOf(style)}`, "img-src data: blob:", "connect-src 'none'", "worker-src 'none'",
      "base-uri 'none'", "form-action 'none'",
    ].join('; ')
    const html = String(page.source)
      .replace(/\s*<script type="module"[^>]*><\/script>/, '')
      .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
      .replace('__CSP__', policy)
      .replace('</head>', () => `<style>${style}</style>\n  </head>`)
      .replace('</body>', () => `<script type="module">${script}</script>\n  </body>`)
    for (const { fileName } of files) delete bundle[fileName]
    this.emitFile({ type: 'asset', fileName: 'offline.html', source: html })
  },
}

export default defineConfig(
  mergeConfig(
    { plugins: [ownWords, ...plugins, oneFile, buildHash()] },
    {
      define: { __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
      publicDir: false,
      build: {
        target: 'es2020',
        emptyOutDir: false,
        assetsInlineLimit: 1024 * 1024,
        cssCodeSplit: false,
        modulePreload: false,
        reportCompressedSize: false,
        chunkSizeWarningLimit: 2000,
        rolldownOptions: { input: resolve(here, 'offline.html'), output: { codeSplitting: false }, checks: { pluginTimings: false } },
      },
    },
  ),
)

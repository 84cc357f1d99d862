/** Build of the browser app: one page, hashed assets, messages compiled at build, nothing inline (CSP 'self'). */
import { resolve } from 'node:path'

import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const SERVER = process.env['HEJIE_DEV_SERVER'] ?? 'http://127.0.0.1:8080'
const here = import.meta.dirname

/** Of this build and of vite.offline.ts, which comes after it and names what both have made. */
export const plugins = [
  vue({ features: { optionsAPI: false } }),
  vueI18n({
    // Messages become functions at build: no message compiler is shipped and no eval is needed.
    include: [resolve(here, 'src/i18n/*/*.json')],
    runtimeOnly: true,
    compositionOnly: true,
    fullInstall: false,
    dropMessageCompiler: true,
    strictMessage: false,
  }),
]

export default defineConfig({
  plugins,
  define: { __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: {
    target: 'es2020',
    manifest: true,
    assetsInlineLimit: 0, // data: addresses would need a wider CSP
    cssCodeSplit: true,
    chunkSizeWarningLimit: 600,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  server: {
    port: 5173,
    proxy: {
      '/api': SERVER,
      '/trust/': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
  test: {
    include: ['src/**/*.spec.ts'],
    environment: 'jsdom',
    testTimeout: 10_000,
    maxWorkers: 2,
  },
})

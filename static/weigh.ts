/** Weighs the party's route before the room (gzip) after each build and fails above the limit. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import type { Plugin } from 'vite'

interface Chunk {
  file: string
  css?: string[]
  imports?: string[]
}
type Manifest = Record<string, Chunk>

/** What a party's phone loads before the room: the entry, the seat page, and the messages of both in one language. */
const ROUTE = [
  'index.html',
  'src/pages/SeatPage.vue',
  'src/i18n/zh-CN/ui.json',
  'src/i18n/zh-CN/errors.json',
  'src/i18n/zh-CN/seat.json',
]

function filesOf(manifest: Manifest, keys: readonly string[]): Set<string> {
  const files = new Set<string>()
  const seen = new Set<string>()
  const visit = (key: string): void => {
    if (seen.has(key)) return
    seen.add(key)
    const chunk = manifest[key]
    if (!chunk) throw new Error(`weigh: ${key} is not in the build; the route has moved, update weigh.ts`)
    files.add(chunk.file)
    chunk.css?.forEach((file) => files.add(file))
    chunk.imports?.forEach(visit)
  }
  keys.forEach(visit)
  return files
}

export function weigh({ limit }: { limit: number }): Plugin {
  let directory = ''
  return {
    name: 'hejie-weigh',
    apply: 'build',
    configResolved(config) {
      directory = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      const manifest = JSON.parse(await readFile(join(directory, '.vite/manifest.json'), 'utf8')) as Manifest
      let total = gzipSync(await readFile(join(directory, 'index.html')), { level: 9 }).length
      for (const file of filesOf(manifest, ROUTE)) {
        total += gzipSync(await readFile(join(directory, file)), { level: 9 }).length
      }
      const kilobytes = (total / 1024).toFixed(1)
      console.log(`party route before the room: ${kilobytes} kB gzip (limit ${limit / 1024} kB)`)
      if (total > limit) throw new Error(`party route weighs ${kilobytes} kB gzip, more than ${limit / 1024} kB`)
    },
  }
}

/** Weighs what a party's phone loads before the room, and a citizen's to file (gzip), after a build; fails above the limit.
 * `node weigh.mjs` */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMIT = 150 * 1024
const DIST = join(import.meta.dirname, 'dist')
/** The entry, the page, and the messages of both in one language. */
const ENTRY = ['index.html', 'src/i18n/zh-CN/ui.json', 'src/i18n/zh-CN/errors.json']
const ROUTES = {
  'party route before the room': ['src/pages/SeatPage.vue', 'src/i18n/zh-CN/seat.json'],
  'citizen route of filing': ['src/pages/FilePage.vue', 'src/i18n/zh-CN/filing.json'],
}

const manifest = JSON.parse(await readFile(join(DIST, '.vite/manifest.json'), 'utf8'))

function visit(key, files, seen) {
  if (seen.has(key)) return
  seen.add(key)
  const chunk = manifest[key]
  if (!chunk) throw new Error(`weigh: ${key} is not in the build; the route has moved, update weigh.mjs`)
  files.add(chunk.file)
  chunk.css?.forEach((file) => files.add(file))
  chunk.imports?.forEach((one) => visit(one, files, seen))
}

for (const [name, route] of Object.entries(ROUTES)) {
  const files = new Set(['index.html'])
  const seen = new Set()
  for (const key of [...ENTRY, ...route]) visit(key, files, seen)
  let total = 0
  for (const file of files) total += gzipSync(await readFile(join(DIST, file)), { level: 9 }).length
  console.log(`${name}: ${(total / 1024).toFixed(1)} kB gzip (limit ${LIMIT / 1024} kB)`)
  if (total > LIMIT) {
    console.error(`${name} weighs more than ${LIMIT / 1024} kB`)
    process.exitCode = 1
  }
}

/** Weighs what a party's phone loads before the room (gzip) after a build; fails above the limit. `node weigh.mjs` */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMIT = 150 * 1024
const DIST = join(import.meta.dirname, 'dist')
/** The entry, the seat page, and the messages of both in one language. */
const ROUTE = [
  'index.html',
  'src/pages/SeatPage.vue',
  'src/i18n/zh-CN/ui.json',
  'src/i18n/zh-CN/errors.json',
  'src/i18n/zh-CN/seat.json',
]

const manifest = JSON.parse(await readFile(join(DIST, '.vite/manifest.json'), 'utf8'))
const files = new Set(['index.html'])
const seen = new Set()

function visit(key) {
  if (seen.has(key)) return
  seen.add(key)
  const chunk = manifest[key]
  if (!chunk) throw new Error(`weigh: ${key} is not in the build; the route has moved, update weigh.mjs`)
  files.add(chunk.file)
  chunk.css?.forEach((file) => files.add(file))
  chunk.imports?.forEach(visit)
}
ROUTE.forEach(visit)

let total = 0
for (const file of files) total += gzipSync(await readFile(join(DIST, file)), { level: 9 }).length
const kilobytes = (total / 1024).toFixed(1)
console.log(`party route before the room: ${kilobytes} kB gzip (limit ${LIMIT / 1024} kB)`)
if (total > LIMIT) {
  console.error(`party route weighs more than ${LIMIT / 1024} kB`)
  process.exitCode = 1
}

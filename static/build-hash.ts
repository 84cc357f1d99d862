/** Names the build: one SHA-256 over the emitted files, written to build.json and into index.html's meta "hejie-build". */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'

import type { Plugin } from 'vite'

/** These two carry the hash, so it cannot cover them. */
const NOT_COUNTED = new Set(['index.html', 'build.json'])

async function namesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
  return names.filter((name) => !NOT_COUNTED.has(name)).sort()
}

/** Lower-case hex SHA-256 of the lines "<sha256>  <path>\n" as sha256sum prints them, sorted by path. */
export async function hashOf(directory: string): Promise<string> {
  const total = createHash('sha256')
  for (const name of await namesIn(directory)) {
    total.update(`${createHash('sha256').update(await readFile(join(directory, name))).digest('hex')}  ${name}\n`)
  }
  return total.digest('hex')
}

export function buildHash(): Plugin {
  let directory = ''
  return {
    name: 'hejie-build-hash',
    apply: 'build',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      const build = await hashOf(directory)
      const page = join(directory, 'index.html')
      await writeFile(page, (await readFile(page, 'utf8')).replace('__HEJIE_BUILD__', build))
      await writeFile(join(directory, 'build.json'), JSON.stringify({ build }) + '\n')
      console.log(`build ${build}`)
    },
  }
}

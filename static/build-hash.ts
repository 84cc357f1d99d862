/** Names the build: one SHA-256 over all emitted files, written to build.json and into index.html. */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

import type { Plugin } from 'vite'

const NOT_COUNTED = new Set(['index.html', 'build.json'])

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
}

/** Lower-case hex SHA-256 of the lines "path sha256\n", paths sorted, index.html and build.json left out. */
export async function hashOf(directory: string): Promise<string> {
  const lines: string[] = []
  for (const file of await filesOf(directory)) {
    const path = relative(directory, file).split(sep).join('/')
    if (NOT_COUNTED.has(path)) continue
    lines.push(`${path} ${createHash('sha256').update(await readFile(file)).digest('hex')}\n`)
  }
  return createHash('sha256').update(lines.sort().join('')).digest('hex')
}

export function buildHash(): Plugin {
  let directory = ''
  return {
    name: 'hejie-build-hash',
    apply: 'build',
    configResolved(config) {
      directory = join(config.root, config.build.outDir)
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

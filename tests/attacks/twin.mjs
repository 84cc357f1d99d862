// The browser's readers (static/src/pdf) judge a file of cases that tests/attacks/fuzz.py wrote: node twin.mjs CASES OUT.
// A case is one JSON line: {kind, on?, own?, edits: [[at, delete, base64]]}. The answers are one JSON list of
// [verdict, milliseconds]: accepted, the reason of the Refusal, `refused` for a DerError, or `crash: ...`.
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const STATIC = resolve(HERE, '../../static')
const FOLDER = resolve(HERE, '../data/ceremony')
const { runnerImport } = await import(pathToFileURL(createRequire(resolve(STATIC, 'package.json')).resolve('vite')).href)
const { module } = await runnerImport(resolve(HERE, 'twin.ts'), { root: STATIC, configFile: false, logLevel: 'error' })
const { Refusal, DerError, trustManifest, readManifest, checkSignedTail, checkTail, readCertificate, readDer } = module

const read = (name) => new Uint8Array(readFileSync(resolve(FOLDER, name)))
const facts = JSON.parse(readFileSync(resolve(FOLDER, 'turns.json'), 'utf8'))
const unbase64 = (text) => new Uint8Array(Buffer.from(text, 'base64'))
const frozen = read('F.pdf')
const whole = new Map()
for (const { unsigned, signed } of facts.turns) {
  for (const name of [unsigned, signed]) whole.set(name, Buffer.concat([frozen, read(name)]))
}
whole.set('manifest.json', Buffer.from(read('manifest.json')))
whole.set('', Buffer.alloc(0))

function mutated({ on, edits }) {
  const base = whole.get(on ?? '')
  const parts = []
  let position = 0
  for (const [at, taken, insert] of edits) {
    parts.push(base.subarray(position, at), Buffer.from(insert, 'base64'))
    position = at + taken
  }
  parts.push(base.subarray(position))
  return new Uint8Array(Buffer.concat(parts))
}

const trusted = await trustManifest(read('manifest.json'))

const readers = {
  file: async (test) => {
    const bytes = mutated(test)
    const [file, tail] = [bytes.slice(0, frozen.length), bytes.slice(frozen.length)]
    if (!test.own) return checkSignedTail(trusted, facts.file, file, tail)
    const { slot, drawing, spki, certificate } = facts.turns.find((turn) => turn.slot === test.own)
    const own = { slot, drawing: unbase64(drawing), spki: unbase64(spki), certificate: unbase64(certificate) }
    return checkTail(trusted, facts.file, file, tail, own)
  },
  manifest: async (test) => readManifest(mutated(test)),
  certificate: async (test) => readCertificate(mutated(test)),
  der: async (test) => readDer(mutated(test)),
}

async function verdict(test) {
  try {
    await readers[test.kind](test)
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    if (error instanceof DerError && (test.kind === 'certificate' || test.kind === 'der')) return 'refused'
    return `crash: ${String(error)}`
  }
}

const answers = []
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const start = process.cpuUsage().user
  answers.push([await verdict(JSON.parse(line)), Math.round((process.cpuUsage().user - start) / 1000)])
}
writeFileSync(process.argv[3], JSON.stringify(answers))
process.exit(0)

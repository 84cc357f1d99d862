// The verifier of offline.html judges the files that tests/attacks/offline.py wrote: node offline.mjs CASES OUT.
// A case is one JSON line: {file, trust: [path], now: milliseconds, packet}. The answers are one JSON list of
// {verdict, reasons, milliseconds}; an exception is the verdict `crash`.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const STATIC = resolve(HERE, '../../static')
const { runnerImport } = await import(pathToFileURL(createRequire(resolve(STATIC, 'package.json')).resolve('vite')).href)
const { module } = await runnerImport(resolve(HERE, 'offline.ts'), { root: STATIC, configFile: false, logLevel: 'error' })
const { verify, verifyPacket, readTrust, UnreadablePdf } = module

const read = (path) => new Uint8Array(readFileSync(path))
const known = new Map()

function trusted(paths) {
  const key = paths.join('\n')
  if (!known.has(key)) {
    const found = paths.map((path) => readTrust(read(path)))
    const all = (name) => found.flatMap((one) => one[name])
    known.set(key, { certificates: all('certificates'), ocsps: all('ocsps'), lists: all('lists'), fingerprints: [] })
  }
  return known.get(key)
}

async function judged({ file, trust, now, packet }) {
  try {
    const report = packet ? await verifyPacket(read(file), trusted(trust), now) : (await verify(read(file), trusted(trust), now)).report
    const files = packet ? { files: report.files.map((one) => [one.path, one.report?.verdict ?? null, one.sha256_ok, one.sm3_ok]) } : {}
    return { verdict: report.verdict, reasons: report.reasons.map(({ code, detail }) => [code, detail ?? null]), ...files }
  } catch (error) {
    if (error instanceof UnreadablePdf) return { verdict: 'cannot_tell', reasons: [['no_pdf', null]] }
    return { verdict: 'crash', reasons: [['crash', String(error?.stack ?? error)]] }
  }
}

const answers = []
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const start = performance.now()
  answers.push({ ...(await judged(JSON.parse(line))), milliseconds: Math.round(performance.now() - start) })
}
writeFileSync(process.argv[3], JSON.stringify(answers))
process.exit(0)

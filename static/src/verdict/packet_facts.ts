/** What a packet's manifest says, held against what is proven in the same packet, as documents/packet_facts.py does. */
import type { PacketFile } from '../court/packet'
import type { Report } from '../court/report'
import { type Bytes, hex, sha256 } from '../pdf/bytes'
import { canonical } from '../pdf/manifest'

type Json = Readonly<Record<string, unknown>>
/** Of one journal entry: its number, and its hash or what it is reckoned from. */
type Noted = readonly [seq: unknown, hash: string]

const SIGNERS = ['person', 'organisation', 'seal']
const AGREEMENT = '调解协议书'
const DISCLOSURE = 'hejie-disclosure-1'
const BODY = 'hejie-journal-body-2\n'
const FIELD = 'hejie-journal-field-2\n'
const KEYS = ['path', 'slot', 'title', 'sha256', 'sm3', 'length', 'signed'] as const

const encode = (text: string): Bytes => new TextEncoder().encode(text)
const digest = async (text: string): Promise<string> => hex(await sha256(encode(text)))
export const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : [])

/** Who signed a file, as its manifest must say it. */
function signersOf(path: string, report: Report): Json[] {
  return report.signatures
    .filter(({ kind }) => SIGNERS.includes(kind))
    .map(({ name, role, acts_for, at, assurance, certificate, paper }) => ({
      path, name, role, acts_for, at: at ?? '', assurance: assurance ?? '', certificate: certificate?.sha256 ?? '', paper: paper?.sha256 ?? '',
    }))
}

/** Names of the fields that say something else. `files`: without the manifest's own line; `text`: attached to the list, read. */
export async function differs(manifest: Json, files: readonly PacketFile[], list: Report | null, text: unknown, disclosures: readonly Json[]): Promise<string[]> {
  const found = new Set<string>()
  const about = manifest['agreement'] as { path: string; sha256: string; text: string; effective_at: string; effect_needs: string[] }
  const said = records(manifest['signers'])
  const listed = records(manifest['files'])
  if (listed.length !== files.length || !files.every((line, at) => KEYS.every((key) => listed[at]?.[key] === line[key]))) found.add('files')
  const agreement = files.find(({ path }) => path === about.path)
  if (agreement?.slot !== AGREEMENT || agreement.sha256 !== about.sha256) found.add('agreement.sha256')
  const own = agreement?.report
  if (own?.text_hash && own.text_hash !== about.text) found.add('agreement.text')
  if (own?.effective_at && own.effective_at !== about.effective_at) found.add('agreement.effective_at')
  if (own?.verdict === 'valid' && canonical(own.effect_needs ?? []) !== canonical(about.effect_needs)) found.add('agreement.effect_needs')
  const signers = files
    .filter(({ report }) => report !== null)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, report }) => (report?.verdict === 'valid' ? signersOf(path, report) : said.filter((one) => one['path'] === path)))
  if (canonical(said) !== canonical(signers)) found.add('signers')
  if (list?.number !== manifest['number']) found.add('number')
  if (list?.root && list.root.sha256 !== manifest['root_sha256']) found.add('root_sha256')
  const journal = manifest['journal'] as Json
  const first = isRecord(text) ? records(text['before'])[0]?.['paragraphs'] : undefined
  if (!Array.isArray(first) || !first.includes(`${String(manifest['court'])}：`)) found.add('court')
  const head = isRecord(text) ? text['journal_head'] : undefined
  if (head && head !== journal['head']) found.add('journal')
  for (const one of disclosures) if (!(await inHistory(journal, one))) found.add('journal')
  return [...found]
}

/** Whether a member's content is an extract of a journal. */
export const isDisclosure = (value: unknown): value is Json => isRecord(value) && value['form'] === DISCLOSURE

/** Whether the entry of that number, if the extract shows it or stamped it, is the one that is named. */
async function inHistory(journal: Json, disclosed: Json): Promise<boolean> {
  const known: Noted[] = [
    ...records(disclosed['anchors']).map((one): Noted => [one['seq'], String(one['head'])]),
    ...records(disclosed['heads']).map((one): Noted => [one['seq'], String(one['hash'])]),
  ]
  for (const one of records(disclosed['entries'])) {
    if (one['seq'] === journal['seq']) known.push([one['seq'], await headOf(String(disclosed['case']), one)])
  }
  return known.every(([seq, hash]) => seq !== journal['seq'] || hash === journal['head'])
}

/** The hash of an entry, as documents/entries.py reckons it. */
async function headOf(name: string, entry: Json): Promise<string> {
  const { seq, at, kind, actor, previous } = entry
  return digest(canonical({ actor, at, body: await bodyOf(entry['body']), case: name, kind, previous, seq }))
}

async function bodyOf(body: unknown): Promise<string> {
  if (!isRecord(body)) return ''
  if (body['form'] === 'closed') return String(body['sha256'])
  if (body['form'] === 'whole') return digest(`${String(body['salt'])}\n${canonical(body['body'])}`)
  const fields = isRecord(body['fields']) ? Object.entries(body['fields']) : []
  const shown = fields.map(([name, one]) => (isRecord(one) ? digest(FIELD + canonical([one['salt'], name, one['value']])) : ''))
  const closed = Array.isArray(body['closed']) ? body['closed'].map(String) : []
  return digest(BODY + [...(await Promise.all(shown)), ...closed].sort().join('\n'))
}

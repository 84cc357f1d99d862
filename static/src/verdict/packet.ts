/** The verdict on a court packet, as documents/packet_report.py gives it: the sealed list decides which files belong to it. */
import { sm3 } from 'sm-crypto-v2'

import type { PacketFile, PacketReport } from '../court/packet'
import { PACKET_LIST } from '../court/packet'
import type { Report, Verdict } from '../court/report'
import { type Bytes, hex, sha256 } from '../pdf/bytes'
import { type Member, readArchive, Refused } from './archive'
import { ORDER } from './breaks'
import { differs, isDisclosure, isRecord } from './packet_facts'
import { shown, unsafe } from './paths'
import { NOBODY, type Trust } from './trust'
import { UnreadablePdf, verify } from './verify'

const MANIFEST = 'manifest.json'
const MAX_SIGNED = 16 * 1024 * 1024
const FACTS = /^类目：(\S+)　长度：(0|[1-9][0-9]*)字节　(含电子签名|不含电子签名)$/
const SLOTS = new Set(
  '申请人材料 被申请人材料 调解申请书 送达地址确认书 调解协议书 司法确认申请书 调解笔录 移送函 权利义务告知书 保全材料 鉴定材料 其他材料'.split(' '),
)
const BREAKS: Readonly<Record<string, Verdict>> = {
  not_a_packet: 'cannot_tell', packet_limits: 'cannot_tell', packet_form: 'cannot_tell', packet_damaged: 'invalid', names_unsafe: 'invalid',
  list_broken: 'invalid', member_changed: 'invalid', member_extra: 'invalid', member_missing: 'incomplete', manifest_differs: 'invalid',
  member_invalid: 'invalid', member_incomplete: 'incomplete', member_unknown_issuer: 'unknown_issuer', member_cannot_tell: 'cannot_tell',
}

/** A line of the list. */
interface Line {
  readonly path: string
  readonly slot: string
  readonly title: string
  readonly sha256: string
  readonly sm3: string
  readonly length: number
  readonly signed: boolean
}

/** Told before each member, so that the page can show how far it is and breathe. */
export type Progress = (done: number, of: number) => Promise<void>

/** Judges a zip, with the same anchors as a file. */
export async function verifyPacket(data: Bytes, trust: Trust = NOBODY, now = Date.now(), progress: Progress = async () => undefined): Promise<PacketReport> {
  return new PacketVerdict(data, trust, now, progress).run()
}

class PacketVerdict {
  private readonly reasons: { code: string; detail?: string }[] = []
  private readonly files: PacketFile[] = []
  private list: Report | null = null
  private manifest: Record<string, unknown> | null = null
  private readonly disclosures: Readonly<Record<string, unknown>>[] = []

  constructor(
    private readonly data: Bytes,
    private readonly trust: Trust,
    private readonly now: number,
    private readonly progress: Progress,
  ) {}

  async run(): Promise<PacketReport> {
    let repacked = false
    try {
      const found = readArchive(this.data)
      repacked = found.repacked
      await this.judge(new Map(found.members.map((one) => [one.path, one])))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.add(error.code, error.detail)
    }
    const rank = ({ code }: { code: string }): number => ORDER.indexOf(BREAKS[code] ?? 'cannot_tell')
    const reasons = [...this.reasons].sort((a, b) => rank(a) - rank(b))
    return {
      form: 'packet',
      verdict: reasons[0] ? (BREAKS[reasons[0].code] ?? 'cannot_tell') : 'valid',
      reasons,
      sha256: hex(await sha256(this.data)),
      length: this.data.length,
      repacked,
      list: this.list,
      files: this.files,
      manifest: this.manifest as PacketReport['manifest'],
      known: null,
    }
  }

  private add(code: string, detail?: string): void {
    this.reasons.push(detail === undefined ? { code } : { code, detail })
  }

  private async judge(members: Map<string, Member>): Promise<void> {
    const itself = members.get(PACKET_LIST)
    if (!itself) return this.add('not_a_packet', PACKET_LIST)
    members.delete(PACKET_LIST)
    const all = members.size + 1
    await this.progress(0, all)
    const { report, text } = await this.signed(itself)
    this.list = report
    const lines = linesOf(text)
    if (!lines) return this.add('list_broken', PACKET_LIST)
    for (const [at, line] of lines.entries()) {
      await this.progress(at + 1, all)
      const member = members.get(line.path)
      members.delete(line.path)
      const file = await this.file(line, member)
      this.files.push(file)
      if (line.path.endsWith('.json') && member && file.sha256_ok) this.read(line.path, await member.content())
    }
    for (const path of members.keys()) this.add('member_extra', shown(path))
    const files = this.files.filter(({ path }) => path !== MANIFEST)
    const wrong = this.manifest ? await differs(this.manifest, files, this.list, parsed(text), this.disclosures) : []
    for (const each of wrong) this.add('manifest_differs', each)
    if (!lines.some(({ path }) => path === MANIFEST)) this.add('list_broken', MANIFEST)
  }

  /** The strict verdict on a member, and the text attached to it. */
  private async signed(member: Member): Promise<{ report: Report | null; text: Bytes }> {
    const nothing = new Uint8Array()
    const content = member.length <= MAX_SIGNED ? await member.content().catch(() => nothing) : nothing
    try {
      const found = await verify(content, this.trust, this.now)
      if (found.report.verdict !== 'valid') this.add(`member_${found.report.verdict}`, member.path)
      return found
    } catch (error) {
      if (!(error instanceof UnreadablePdf)) throw error
      this.add('member_invalid', member.path)
      return { report: null, text: nothing }
    }
  }

  private async file(line: Line, member: Member | undefined): Promise<PacketFile> {
    if (!member) {
      this.add('member_missing', line.path)
      return { ...line, length_ok: null, sha256_ok: null, sm3_ok: null, report: null }
    }
    const content = await member.content().catch(() => null)
    const facts = {
      length_ok: (content?.length ?? member.length) === line.length,
      sha256_ok: content !== null && hex(await sha256(content)) === line.sha256,
      sm3_ok: content !== null && sm3(content) === line.sm3,
    }
    if (!facts.length_ok || !facts.sha256_ok || !facts.sm3_ok) this.add('member_changed', line.path)
    return { ...line, ...facts, report: line.signed ? (await this.signed(member)).report : null }
  }

  /** What the manifest says, and extracts of journals. */
  private read(path: string, content: Bytes): void {
    if (path !== MANIFEST) {
      const found = path.endsWith('.json') && content.length <= MAX_SIGNED ? parsed(content) : null
      if (isDisclosure(found)) this.disclosures.push(found)
      return
    }
    this.manifest = manifestOf(content)
    if (!this.manifest) this.add('manifest_differs', MANIFEST)
  }
}

function parsed(content: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content))
  } catch {
    return null
  }
}

const has = (value: unknown, type: string, ...keys: readonly string[]): boolean => isRecord(value) && keys.every((key) => typeof value[key] === type)

/** manifest.json in the shape of documents/packet.py, or null. */
function manifestOf(content: Bytes): Record<string, unknown> | null {
  const found = parsed(content)
  if (!has(found, 'string', 'case_no', 'number', 'made_at', 'court', 'root_sha256') || !isRecord(found)) return null
  const { v, kind, agreement, files, signers, five, journal, verifier } = found
  const right =
    v === 1 && kind === 'court_packet' && has(agreement, 'string', 'path', 'sha256', 'text', 'effective_at') && isRecord(agreement) &&
    Array.isArray(agreement['effect_needs']) && agreement['effect_needs'].every((one) => typeof one === 'string') && isRecord(agreement['window']) &&
    Array.isArray(files) &&
    files.every((one) => has(one, 'string', 'path', 'slot', 'title', 'sha256', 'sm3') && isRecord(one) && Number.isInteger(one['length']) && typeof one['signed'] === 'boolean') &&
    Array.isArray(signers) && signers.every(isRecord) && isRecord(five) && isRecord(journal) && has(verifier, 'string', 'sha256', 'build')
  return right ? found : null
}

/** The files that the attached text of a list names; null if it is no list, or none of ours. */
function linesOf(content: Bytes): Line[] | null {
  const text = parsed(content)
  if (!isRecord(text) || text['kind'] !== 'packet' || !Array.isArray(text['after'])) return null
  const lines = text['after'].map(lineOf)
  const paths = lines.flatMap((line) => (line ? [line.path] : []))
  if (paths.length === 0 || paths.length !== lines.length || unsafe(paths) !== null || paths.includes(PACKET_LIST)) return null
  return lines as Line[]
}

/** Strictly: what is not written the one way is no line. */
function lineOf(section: unknown): Line | null {
  if (!has(section, 'string', 'heading') || !isRecord(section) || !Array.isArray(section['paragraphs'])) return null
  const [title, facts, ours, theirs, ...more] = section['paragraphs'] as unknown[]
  if (![title, facts, ours, theirs].every((one) => typeof one === 'string') || more.length > 0) return null
  const found = FACTS.exec(String(facts))
  const [digest, other] = [/^SHA-256：((?:[0-9a-f]{8} ){7}[0-9a-f]{8})$/.exec(String(ours))?.[1], /^SM3：((?:[0-9a-f]{8} ){7}[0-9a-f]{8})$/.exec(String(theirs))?.[1]]
  if (!found?.[1] || !digest || !other || !SLOTS.has(found[1]) || !Number.isSafeInteger(Number(found[2]))) return null
  return {
    path: String(section['heading']), slot: found[1], title: String(title), sha256: digest.replaceAll(' ', ''), sm3: other.replaceAll(' ', ''),
    length: Number(found[2]), signed: found[3] === '含电子签名',
  }
}

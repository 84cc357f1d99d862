/** One person's way through a signing ceremony (architecture 3a): refs for the screens, acts for their buttons, and the loop that takes the turn. */
import { computed, type ComputedRef, onScopeDispose, ref, type Ref, shallowRef, type ShallowRef } from 'vue'

import { ApiError } from '../api'
import { base64, type Bytes, hex, sha256, unbase64 } from '../pdf/bytes'
import { checkOwnCertificate } from '../pdf/event'
import type { TrustedManifest } from '../pdf/manifest'
import { must, Refusal } from '../pdf/refusal'
import { readCertificate } from '../pdf/x509'
import { type CeremonyDoors, type CeremonyView, doorsOf, type EnrolmentView, type ReceiptView } from './doors'
import { enrolmentProof, newSigningKey, openStore, type SigningRecord, type SigningStore } from './keys'
import { openCeremony } from './opening'
import { afterFirst, furtherKeys, furtherProofs, keysBeside, openSlots, turnedTo, withCertificates, withNonces } from './parts'
import { pictureFor } from './seal'
import { isNext, isOwnTurn, type Stage, stageOf } from './stage'
import { isPassing, takeTurn, type TurnStep } from './turn'

export type ProgressStep = 'key' | TurnStep
export type Progress = Readonly<Record<ProgressStep, 'todo' | 'now' | 'done'>>
export const PROGRESS_STEPS: readonly ProgressStep[] = ['key', 'check', 'sign', 'store']

/** What a signer keeps: which manifest, with which key, and the hash of each file after the own signature. */
export interface Receipt {
  readonly ceremony: string
  readonly number: string
  readonly manifest: string
  /** Hex SHA-256 of the public key. */
  readonly key: string
  readonly build: string
  readonly files: ReceiptView['receipts']
}

export interface CeremonyOptions {
  /** Id of the ceremony (cer_...). */
  readonly ceremony: string
  /** Person id of whoever uses this page; names the store, so that links work side by side in one browser. */
  readonly me: string
  readonly doors?: CeremonyDoors
  readonly store?: SigningStore
  /** Hex hash of the page's own code; default: what the build wrote into the page. */
  readonly pageBuild?: string
  /** Milliseconds between two looks while nothing is pushed. */
  readonly everyMs?: number
}

export interface Ceremony {
  readonly view: Readonly<ShallowRef<CeremonyView | null>>
  readonly stage: ComputedRef<Stage | 'loading' | 'stopped'>
  readonly manifest: Readonly<ShallowRef<TrustedManifest | null>>
  readonly frozen: Readonly<ShallowRef<ReadonlyMap<string, Bytes>>>
  readonly record: Readonly<ShallowRef<SigningRecord | null>>
  /** Hex H(M); its first eight digits are the check code on every screen. */
  readonly manifestHash: ComputedRef<string>
  /** M was made for another build of this page than the one that runs. */
  readonly otherBuild: ComputedRef<boolean>
  /** Why this browser refuses to go on; it signs nothing any more. */
  readonly refusal: Readonly<ShallowRef<Refusal | null>>
  /** The last act did not succeed; nothing was lost. */
  readonly failure: ShallowRef<unknown>
  /** The code was not accepted: an error that belongs to the field. */
  readonly codeFailure: ShallowRef<ApiError | null>
  readonly busy: Readonly<Ref<boolean>>
  readonly offline: Readonly<Ref<boolean>>
  readonly progress: Readonly<ShallowRef<Progress>>
  /** True from the lease to the answer: leaving is held back only then. */
  readonly signing: Readonly<Ref<boolean>>
  readonly receipt: Readonly<ShallowRef<Receipt | null>>
  confirmLooked(): Promise<void>
  /** Step 2 done: makes the key, enrols it with the drawing; the server sends the code. */
  adopt(drawing: Bytes): Promise<void>
  resend(): Promise<void>
  /** Step 3 done: six digits. */
  typed(code: string): void
  /** From step 3 or 4 to the step before. */
  back(): Promise<void>
  /** Step 4: code and proof go out; from the answer on the turn comes by itself. */
  decide(): Promise<void>
  refuse(reason: string): Promise<void>
  /** Begin again in this browser: the former key, wherever it is, lapses when the new one is certified. */
  restart(): Promise<void>
  /** Look now: something has changed. */
  poke(): void
  /** Look and check again after a failure or a refusal. */
  retry(): void
}

const IDLE: Progress = { key: 'todo', check: 'todo', sign: 'todo', store: 'todo' }
const CODE_ERRORS: ReadonlySet<string> = new Set(['code_wrong', 'code_expired', 'code_locked', 'code_missing'])
const ENDED: ReadonlySet<Stage> = new Set(['signed', 'complete', 'void'])
const LEASE_LOST: ReadonlySet<string> = new Set(['stale_lease', 'not_your_turn'])

function ownBuild(): string {
  const build = document.querySelector<HTMLMetaElement>('meta[name="hejie-build"]')?.content ?? ''
  return /^[0-9a-f]{64}$/.test(build) ? build : ''
}

function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.code : ''
}

/** Starts at once and ends with the component (or effect scope) that calls it. */
export function useCeremony(options: CeremonyOptions): Ceremony {
  const { me, everyMs = 3000, pageBuild = ownBuild() } = options
  const doors = options.doors ?? doorsOf(options.ceremony)
  const store = options.store ?? openStore(me, options.ceremony)

  const view = shallowRef<CeremonyView | null>(null)
  const manifest = shallowRef<TrustedManifest | null>(null)
  const frozen = shallowRef<ReadonlyMap<string, Bytes>>(new Map())
  const record = shallowRef<SigningRecord | null>(null)
  const refusal = shallowRef<Refusal | null>(null)
  const failure = shallowRef<unknown>(null)
  const codeFailure = shallowRef<ApiError | null>(null)
  const progress = shallowRef<Progress>(IDLE)
  const receipt = shallowRef<Receipt | null>(null)
  const code = ref('')
  const afresh = ref(false)
  const busy = ref(false)
  const offline = ref(false)
  const signing = ref(false)
  const opened = ref(false)
  let halted = false
  let forgotten = false
  let lastFence = 0
  let stopped = false
  let poked = false
  let endPause: () => void = () => undefined

  const manifestHash = computed(() => (manifest.value ? hex(manifest.value.hash) : ''))
  const otherBuild = computed(() => {
    const wanted = manifest.value?.manifest.build ?? ''
    return wanted !== '' && pageBuild !== '' && wanted !== pageBuild
  })
  const stage = computed<Stage | 'loading' | 'stopped'>(() => {
    const found = view.value && stageOf(view.value, { record: record.value, code: code.value, afresh: afresh.value })
    if (found && ENDED.has(found)) return found
    if (refusal.value) return 'stopped'
    if (receipt.value) return 'signed' // stored; the next look will say so too
    return found && opened.value ? found : 'loading'
  })

  async function keep(next: SigningRecord): Promise<void> {
    await store.write(next)
    forgotten = false
    record.value = next
  }
  async function forget(): Promise<void> {
    if (!forgotten) await store.wipe()
    forgotten = true
    record.value = null
    code.value = ''
  }
  /** Everything before `step` is done; null: all of it. */
  function reached(step: ProgressStep | null, now = true): void {
    const at = step === null ? PROGRESS_STEPS.length : PROGRESS_STEPS.indexOf(step)
    const state = (index: number): 'todo' | 'now' | 'done' => (index < at ? 'done' : now && index === at ? 'now' : 'todo')
    progress.value = { key: state(0), check: state(1), sign: state(2), store: state(3) }
  }
  /** Runs one act of a button: one at a time; refusals stop everything, other errors are shown. */
  async function act(work: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    failure.value = null
    try {
      await work()
    } catch (error) {
      if (error instanceof Refusal) refusal.value = error
      else failure.value = error
    } finally {
      busy.value = false
      wake()
    }
  }
  function ownSlot(): string {
    const slot = view.value?.mine
    must(typeof slot === 'string', 'slot_unknown', 'no slot of one’s own')
    return slot
  }
  function present<T>(value: T | null | undefined, what: string): T {
    if (value === null || value === undefined) throw new Error(`${what} is missing`)
    return value
  }

  async function open(now: CeremonyView): Promise<void> {
    const found = await openCeremony(now, doors, await store.read(), me)
    manifest.value = found.trusted
    frozen.value = found.frozen
    record.value = found.record
    if (found.record?.certificate) reached('check', false)
    opened.value = true
  }

  async function look(): Promise<void> {
    try {
      const now = await doors.view()
      offline.value = false
      view.value = now
      if (ENDED.has(stage.value as Stage)) await forget() // the key is of no use any more
      if (now.state !== 'signing' || refusal.value) return
      if (!opened.value) await open(now)
      const turned = turnedTo(record.value, now.mine)
      if (turned && turned !== record.value) await keep(turned) // a slot was signed though its answer was lost
      must(now.manifest_sha256 === manifestHash.value, 'manifest_changed', 'changed while open')
    } catch (error) {
      if (error instanceof Refusal) refusal.value = error
      else if (isPassing(error)) offline.value = true
      else failure.value = error
    }
  }

  async function enrol(base: SigningRecord, drawing: Bytes): Promise<void> {
    const { key, spki } = base.key && base.spki ? { key: base.key, spki: base.spki } : await newSigningKey()
    const now = present(view.value, 'view')
    const [first = base.slot, ...further] = openSlots(now)
    const picture = (slot: string): Promise<Bytes> => pictureFor(slot, now, drawing, doors)
    const beside = await keysBeside(base, further, picture)
    const own = await picture(first)
    const next = { ...base, key, spki, drawing: own, enrolment: null, certificate: null, beside }
    await keep(next)
    const body = { manifest: base.manifest, spki: base64(spki), drawing: base64(own), consent: true as const }
    const answer: EnrolmentView = await doors.enrol({ ...body, beside: furtherKeys(beside) })
    must(base.manifest.startsWith(answer.digits), 'manifest_changed', 'the message names another manifest')
    const resendAt = typeof answer.resend_after === 'number' ? new Date(Date.now() + answer.resend_after * 1000).toISOString() : answer.resend_after
    const numbered = withNonces(beside, answer)
    await keep({ ...next, beside: numbered, enrolment: { id: answer.enrolment, nonce: answer.nonce, sentTo: answer.sent_to, resendAt, digits: answer.digits } })
    code.value = ''
    codeFailure.value = null
  }

  const confirmLooked = (): Promise<void> =>
    act(async () => {
      const slot = ownSlot()
      const { manifest: content } = present(manifest.value, 'manifest')
      try {
        await doors.confirm(manifestHash.value)
      } catch (error) {
        if (codeOf(error) !== 'illegal_act') throw error // confirmed before, in the browser where it was begun
      }
      const files = Object.fromEntries(content.files.filter(({ id }) => frozen.value.has(id)).map((file) => [file.id, file.f.sha256]))
      await keep({
        ceremony: options.ceremony, slot, manifest: manifestHash.value, files, confirmedAt: new Date().toISOString(),
        key: null, spki: null, drawing: null, enrolment: null, certificate: null, beside: [],
      })
      afresh.value = false
    })

  const adopt = (drawing: Bytes): Promise<void> => act(() => enrol(present(record.value, 'record'), drawing))

  const resend = (): Promise<void> =>
    act(() => {
      const own = present(record.value, 'record')
      return enrol(own, present(own.drawing, 'drawing'))
    })

  function typed(digits: string): void {
    codeFailure.value = null
    code.value = digits
  }

  const back = (): Promise<void> =>
    act(async () => {
      if (code.value) code.value = ''
      else if (record.value && !record.value.certificate) await keep({ ...record.value, enrolment: null })
    })

  const decide = (): Promise<void> =>
    act(async () => {
      const own = present(record.value, 'record')
      const key = present(own.key, 'key')
      const spki = present(own.spki, 'public key')
      const enrolment = present(own.enrolment, 'enrolment')
      const trusted = present(manifest.value, 'manifest')
      reached('key')
      try {
        const proof = await enrolmentProof(key, enrolment.nonce, own.slot, own.manifest, spki)
        const answer = await doors.check(enrolment.id, { code: code.value, proof: base64(proof), beside: await furtherProofs(own) })
        const raw = unbase64(answer.certificate)
        // Its own time is taken for now: a phone's clock may be wrong; /M is judged at the turn.
        await checkOwnCertificate(raw, { slot: own.slot, spki }, trusted, readCertificate(raw).notBefore)
        await keep({ ...own, certificate: raw, beside: await withCertificates(own.beside, answer.beside ?? [], trusted) })
        reached('check', false)
        code.value = ''
      } catch (error) {
        progress.value = IDLE
        if (!(error instanceof ApiError && CODE_ERRORS.has(error.code))) throw error
        code.value = ''
        codeFailure.value = error
      }
    })

  const refuse = (reason: string): Promise<void> =>
    act(async () => {
      await doors.refuse(reason)
      await forget()
    })

  const restart = async (): Promise<void> => {
    refusal.value = null
    halted = false
    await act(async () => {
      await forget()
      opened.value = false
      afresh.value = true
      progress.value = IDLE
    })
  }

  /** Rules (a) to (f), then signatures for all files, then away with the key. */
  async function sign(own: SigningRecord, trusted: TrustedManifest): Promise<void> {
    const spki = present(own.spki, 'public key')
    const answer = await takeTurn(doors, own.manifest, {
      trusted,
      frozen: frozen.value,
      own: { slot: own.slot, spki, drawing: present(own.drawing, 'drawing'), certificate: present(own.certificate, 'certificate') },
      key: present(own.key, 'key'),
      fence: lastFence,
      at: (step, fence) => {
        signing.value = true
        lastFence = fence
        reached(step)
      },
    })
    const { number } = trusted.manifest
    const left = afterFirst(own)
    if (left) {
      await keep(left) // without the key that has signed; the next slot's turn comes by itself
      wake()
      return
    }
    receipt.value = { ceremony: own.ceremony, number, manifest: own.manifest, key: hex(await sha256(spki)), build: pageBuild, files: answer.receipts }
    await forget()
  }

  /** The turn, when `likely` says that it is worth asking for. */
  async function pursue(likely: (now: CeremonyView) => boolean = isOwnTurn): Promise<void> {
    const [own, trusted, now] = [record.value, manifest.value, view.value]
    if (stage.value !== 'turn' || halted || busy.value || !own || !trusted || !now || !likely(now)) return
    try {
      await sign(own, trusted)
      await look()
    } catch (error) {
      if (error instanceof Refusal) refusal.value = error
      else if (codeOf(error) === 'manifest_differs') refusal.value = new Refusal('manifest_changed', 'the server has another')
      else if (isPassing(error)) offline.value = true
      else if (!LEASE_LOST.has(codeOf(error)) && codeOf(error) !== 'ceremony_over') {
        halted = true // asking again by itself would only repeat it
        failure.value = error
      }
    } finally {
      signing.value = false
    }
  }

  function wake(): void {
    poked = true
    endPause()
  }
  /** Until something has changed, at most so many milliseconds; whether something has. */
  async function pause(ms: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      if (poked) return resolve()
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    const changed = poked
    poked = false
    return changed
  }
  async function run(): Promise<void> {
    let changed = false
    while (!stopped) {
      await Promise.all([look(), changed ? pursue(isNext) : undefined])
      await pursue()
      if (stage.value === 'complete' || stage.value === 'void') return
      changed = await pause(stage.value === 'turn' ? everyMs / 2 : everyMs)
    }
  }
  function retry(): void {
    halted = false
    failure.value = null
    if (refusal.value?.reason !== 'manifest_changed') refusal.value = null // that one will not heal
    wake()
  }

  onScopeDispose(() => {
    stopped = true
    wake()
  })
  void run()

  return {
    view, stage, manifest, frozen, record, manifestHash, otherBuild, refusal, failure, codeFailure, busy, offline, progress, signing, receipt,
    confirmLooked, adopt, resend, typed, back, decide, refuse, restart, poke: wake, retry,
  }
}

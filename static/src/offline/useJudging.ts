/** One file judged on this page, again whenever what the person trusts has changed. Nothing leaves the page. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import type { PacketReport } from '../court/packet'
import type { Report } from '../court/report'
import { verifyPacket } from '../verdict/packet'
import { NOBODY, readTrust, type Trust } from '../verdict/trust'
import { UnreadablePdf, verify } from '../verdict/verify'

export interface Judging {
  readonly state: Ref<'idle' | 'judging' | 'done' | 'unreadable' | 'failed'>
  readonly percent: Ref<number>
  readonly file: ShallowRef<File | null>
  readonly report: ShallowRef<Report | PacketReport | null>
  readonly at: ShallowRef<Date | null>
  readonly trust: ShallowRef<Trust>
  readonly judge: (file: File) => Promise<void>
  /** A fingerprint of 64 digits that the person got by another way. */
  readonly trustFingerprint: (digits: string) => Promise<void>
  /** A root's file that the person got by another way. Throws when it holds something else. */
  readonly trustFile: (file: File) => Promise<void>
}

/** Hands the page its turn: there is no worker here, which a policy without blob: does not allow from a file. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

export function useJudging(): Judging {
  const state = ref<Judging['state']['value']>('idle')
  const percent = ref(0)
  const file = shallowRef<File | null>(null)
  const report = shallowRef<Report | PacketReport | null>(null)
  const at = shallowRef<Date | null>(null)
  const trust = shallowRef<Trust>(NOBODY)
  let turn = 0

  async function judge(chosen: File): Promise<void> {
    const mine = (turn += 1)
    file.value = chosen
    report.value = null
    percent.value = 0
    state.value = 'judging'
    await breathe()
    try {
      const bytes = new Uint8Array(await chosen.arrayBuffer())
      const packed = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
      const now = new Date()
      const found = packed
        ? await verifyPacket(bytes, trust.value, now.getTime(), async (done, of) => {
            if (mine === turn) percent.value = Math.round((100 * done) / of)
            await breathe()
          })
        : (await verify(bytes, trust.value, now.getTime())).report
      if (mine !== turn) return
      report.value = found
      at.value = now
      state.value = 'done'
    } catch (error) {
      if (mine !== turn) return
      state.value = error instanceof UnreadablePdf ? 'unreadable' : 'failed'
    }
  }

  async function again(next: Trust): Promise<void> {
    trust.value = next
    if (file.value) await judge(file.value)
  }

  return {
    state, percent, file, report, at, trust, judge,
    trustFingerprint: (digits) => again({ ...trust.value, fingerprints: [...trust.value.fingerprints, digits] }),
    trustFile: async (chosen) => {
      const found = readTrust(new Uint8Array(await chosen.arrayBuffer()))
      const { certificates, ocsps, lists, fingerprints } = trust.value
      await again({
        certificates: [...certificates, ...found.certificates], ocsps: [...ocsps, ...found.ocsps], lists: [...lists, ...found.lists], fingerprints,
      })
    },
  }
}

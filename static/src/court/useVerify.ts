/** Verifies one file through the open door: upload with progress, then the report, or why there is none. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { api, ApiError } from '../api'
import { troubleOf, type Trouble } from '../i18n/errors'
import type { Disclosed } from './disclosed'
import type { PacketReport } from './packet'
import type { Report } from './report'

export type Judged = Report | PacketReport | Disclosed

export interface Verification {
  state: Ref<'idle' | 'uploading' | 'judging' | 'done' | 'unreadable' | 'trouble'>
  /** Whole percent of the upload */
  percent: Ref<number>
  file: ShallowRef<File | null>
  report: ShallowRef<Judged | null>
  at: ShallowRef<Date | null>
  trouble: ShallowRef<Trouble | null>
  /** With its filing copy, when both are there: then the verdict is on the pair. */
  verify: (file: File, copy?: File) => Promise<void>
  stop: () => void
  /** The same judgement as a printed page: the file is judged anew. Throws ApiError. */
  printed: () => Promise<Blob>
}

export function useVerify(): Verification {
  const state = ref<Verification['state']['value']>('idle')
  const percent = ref(0)
  const file = shallowRef<File | null>(null)
  const report = shallowRef<Judged | null>(null)
  const at = shallowRef<Date | null>(null)
  const trouble = shallowRef<Trouble | null>(null)
  let beside: File | undefined
  let controller: AbortController | null = null

  async function verify(chosen: File, copy?: File): Promise<void> {
    controller?.abort()
    const mine = (controller = new AbortController())
    file.value = chosen
    beside = copy
    report.value = null
    trouble.value = null
    percent.value = 0
    state.value = 'uploading'
    try {
      const answer = await api.upload<Judged>(
        copy ? `/api/verify/copy?original=${chosen.size}` : '/api/verify',
        copy ? new Blob([chosen, copy]) : chosen,
        (share) => {
          percent.value = Math.round(share * 100)
          if (share === 1 && controller === mine) state.value = 'judging'
        },
        { seat: null, signal: mine.signal, ...(copy ? { type: 'application/octet-stream' } : {}) },
      )
      if (controller !== mine) return
      report.value = answer
      at.value = new Date()
      state.value = 'done'
    } catch (error) {
      if (controller !== mine) return
      if (error instanceof ApiError && error.code === 'unreadable_pdf') state.value = 'unreadable'
      else if (error instanceof ApiError && error.code === 'aborted') state.value = 'idle'
      else {
        trouble.value = troubleOf(error)
        state.value = 'trouble'
      }
    }
  }

  async function printed(): Promise<Blob> {
    const [original, copy] = [file.value, beside]
    if (!original) throw new ApiError('internal', 0)
    const path = copy ? `/api/verify/report?original=${original.size}` : '/api/verify/report'
    const pdf = await api.exchange(path, new Blob(copy ? [original, copy] : [original]), { seat: null })
    return new Blob([pdf], { type: 'application/pdf' })
  }

  return { state, percent, file, report, at, trouble, verify, stop: () => controller?.abort(), printed }
}

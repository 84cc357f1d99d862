/** Bringing a paper in: its name goes in a header, percent-encoded, since addresses end up in logs. */
import { api } from '../api'
import type { PaperView } from './types'

export const ACCEPT = 'application/pdf,image/jpeg,image/png'
export const LIMIT_MB = 20

export function bring(caseId: string, file: File, progress: (share: number) => void): Promise<PaperView> {
  return api.upload<PaperView>(`/api/cases/${caseId}/papers`, file, progress, {
    type: 'application/octet-stream',
    headers: { 'X-Hejie-Name': encodeURIComponent(file.name.slice(-120)) },
  })
}

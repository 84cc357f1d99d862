/** Bringing a paper in: its name goes in a header, percent-encoded, since addresses end up in logs. */
import type { Doors } from './doors'
import type { PaperView } from './types'

export const ACCEPT = 'application/pdf,image/jpeg,image/png'
export const LIMIT_MB = 20

export function bring(doors: Doors, caseId: string, file: File, progress: (share: number) => void): Promise<PaperView> {
  return doors.upload<PaperView>(`/api/cases/${caseId}/papers`, file, progress, {
    type: 'application/octet-stream',
    headers: { 'X-Hejie-Name': encodeURIComponent(file.name.slice(-120)) },
  })
}

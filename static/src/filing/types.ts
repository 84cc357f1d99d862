/** What filing says on the wire (server/filing/view.py, model.py). */
export interface Story {
  name: string
  phone: string
  address: string
  id_no: string
  organisation: boolean
  event: string
  time: string
  place: string
  people: string
  cause: string
  other_name: string
  other_phone: string
  other_address: string
  other_organisation: boolean
  claims: string
  mode: '' | 'video' | 'in_person' | 'phone'
  times: string
  interpreter: string
  large_type: boolean
  no_device: boolean
  apart: boolean
  step: number
}

export type StoryField = keyof Story

export interface FileView {
  id: string
  name: string
  media_type: string
  size: number
}

export interface ReceiptView {
  number: string
  received_at: string
  organisation: string
  progress: string
  answer_by: string
  answer_days: number
}

export interface DraftView {
  number: string
  code: string
  organisation: string
  saved_at: string
  expires_at: string
  story: Story
  files: FileView[]
  receipt: ReceiptView | null
}

export interface ProgressView {
  number: string
  state: string
  received_at: string
  organisation: string
  answer_by: string
  phone: string
  files: number
  most_files: number
  changeable: boolean
}

export const MOST_FILES = 12

/** 1 who, 2 what, 3 the other side, 4 claims, 5 evidence, 6 time and needs, 7 check. */
export const STEPS = 6
export const CHECK = 7
export const FIELDS: Readonly<Record<number, readonly StoryField[]>> = {
  1: ['name', 'phone', 'address', 'organisation'],
  2: ['event', 'time', 'place', 'people', 'cause'],
  3: ['other_name', 'other_phone', 'other_address', 'other_organisation'],
  4: ['claims'],
  6: ['mode', 'times', 'interpreter', 'large_type', 'no_device', 'apart'],
}
const LIMITS: Partial<Record<StoryField, number>> = { name: 60, other_name: 60, phone: 24, other_phone: 24, id_no: 24, event: 4000, claims: 4000, cause: 500, interpreter: 40 }

export const limitOf = (field: StoryField): number => LIMITS[field] ?? 120

export function emptyStory(): Story {
  return {
    name: '', phone: '', address: '', id_no: '', organisation: false,
    event: '', time: '', place: '', people: '', cause: '',
    other_name: '', other_phone: '', other_address: '', other_organisation: false,
    claims: '', mode: '', times: '', interpreter: '', large_type: false, no_device: false, apart: false, step: 1,
  }
}

/** The same rule as server/filing/rules.py `lacking`: field -> reason, of one step or (0) of all. */
export function lacking(story: Story, step = 0): Partial<Record<StoryField, 'required' | 'format'>> {
  const found: Partial<Record<StoryField, 'required' | 'format'>> = {}
  const asked = new Set<StoryField>(step ? FIELDS[step] ?? [] : Object.values(FIELDS).flat())
  for (const field of ['name', 'event', 'other_name', 'claims'] as const) if (!story[field].trim()) found[field] = 'required'
  if (!story.phone.trim() && !story.address.trim()) found.phone = 'required'
  for (const field of ['phone', 'other_phone'] as const) {
    const value = story[field].trim()
    if (value && !/^\+?[0-9][0-9 -]{4,21}[0-9]$/.test(value)) found[field] = 'format'
  }
  return Object.fromEntries(Object.entries(found).filter(([field]) => asked.has(field as StoryField)))
}

export const stepOf = (field: StoryField): number => Number(Object.keys(FIELDS).find((step) => FIELDS[Number(step)]?.includes(field)) ?? 1)

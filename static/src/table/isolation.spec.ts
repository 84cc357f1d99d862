/** What stayed inside a private talk and what did not, from the journal's counts. */
import { afterEach, describe, expect, it } from 'vitest'

import { mounted, type Mounted } from '../ui/testing'
import { largest, talks, type Epoch, type IsolationView, type Leg } from './isolation'
import TalkProof from './TalkProof.vue'

const leg = (source: string, receiver: string, forwarded: number, sound: number | null = null, pictures: number | null = null): Leg => ({ source, receiver, forwarded, sound, pictures })
const epoch = (chambers: Record<string, string[]>, legs: Leg[], number = 1): Epoch => ({
  epoch: number,
  began: '2026-11-26T06:00:00Z',
  ended: '2026-11-26T06:20:00Z',
  entry: 40 + number,
  chambers: Object.entries(chambers).map(([chamber, people]) => ({ chamber, people })),
  legs,
  counted: true,
})
const view = (...epochs: Epoch[]): IsolationView => ({ title: '', number: '', people: [], epochs, whole: true, head: '', apart: false })
const CAUCUS = { caucus_applicant: ['gu', 'lin'], joint: ['chen', 'wu'] }

describe('a private talk', () => {
  it('is an epoch with somebody in a private chamber, and no other', () => {
    const all = talks(view(epoch({ joint: ['gu', 'lin', 'chen'] }, [leg('gu', 'lin', 9)], 0), epoch(CAUCUS, [])))
    expect(all.map((one) => one.epoch.epoch)).toEqual([1])
    expect(all[0]?.outside).toEqual(['chen', 'wu'])
  })
  it('sums what stayed inside by both counts', () => {
    const [talk] = talks(view(epoch(CAUCUS, [leg('gu', 'lin', 100, 60, 40), leg('lin', 'gu', 90)])))
    expect(talk?.places[0]?.inside).toEqual({ forwarded: 190, sound: 60, pictures: 40 })
    expect(talk?.leaked).toBe(0)
    expect(talk && largest(talk)).toBe(190)
  })
  it.each([
    ['forwarded to somebody outside', leg('lin', 'chen', 3), 'out'],
    ['received outside though nobody forwarded it', leg('lin', 'chen', 0, 2, 1), 'out'],
    ['forwarded into it', leg('chen', 'lin', 3), 'into'],
  ] as const)('tells what was %s', (_, wrong, way) => {
    const [talk] = talks(view(epoch(CAUCUS, [leg('gu', 'lin', 100), wrong])))
    expect(talk?.leaked).toBe(3)
    const sum = talk?.places[0]?.[way]
    expect((sum?.forwarded ?? 0) + (sum?.sound ?? 0) + (sum?.pictures ?? 0)).toBe(3)
  })
  it('tells what went from one private chamber to another, once', () => {
    const [talk] = talks(view(epoch({ caucus_applicant: ['gu', 'lin'], side_respondent: ['chen', 'wu'] }, [leg('lin', 'wu', 5)])))
    expect(talk?.leaked).toBe(5)
    expect(talk?.places.map((place) => [place.out.forwarded, place.into.forwarded])).toEqual([[5, 0], [0, 5]])
  })
  it('does not accuse two who were together elsewhere in the same epoch', () => {
    const [talk] = talks(view(epoch({ caucus_applicant: ['gu', 'lin'], joint: ['lin', 'chen'] }, [leg('chen', 'lin', 7)])))
    expect(talk?.leaked).toBe(0)
  })
})

describe('its drawing', () => {
  let page: Mounted
  afterEach(() => page.unmount())
  async function drawn(...legs: Leg[]): Promise<HTMLElement> {
    const [talk] = talks(view(epoch(CAUCUS, legs)))
    page = await mounted(TalkProof, { talk, number: 1, nameOf: (id: string) => id }, {}, ['table', 'ui'])
    return page.element
  }
  it('shows nought for what went out, with a word beside', async () => {
    const element = await drawn(leg('gu', 'lin', 1234, 700, 500))
    expect(element.textContent).toContain('没有外传')
    expect([...element.querySelectorAll('.figure')].map((one) => one.textContent?.replace(/\s/g, ''))).toEqual(['1,234', '700', '500', '✓0', '✓0', '✓0', '✓0', '✓0', '✓0'])
    expect(element.querySelector('.wrong')).toBeNull()
  })
  it('does not call safe what was never counted', async () => {
    const [talk] = talks(view({ ...epoch(CAUCUS, []), counted: false }))
    page = await mounted(TalkProof, { talk, number: 1, nameOf: (id: string) => id }, {}, ['table', 'ui'])
    expect(page.element.textContent).toContain('没有数字')
    expect(page.element.textContent).not.toContain('没有外传')
    expect(page.element.textContent).toContain('lin')
    expect(page.element.querySelectorAll('.figure')).toHaveLength(0)
  })
  it('does not hide a single packet', async () => {
    const element = await drawn(leg('gu', 'lin', 100_000), leg('gu', 'chen', 1))
    expect(element.textContent).toContain('外传 1 包')
    expect(element.querySelector<HTMLElement>('.wrong .bar')?.style.width).toBe('2%')
  })
})

import { describe, expect, it } from 'vitest'

import { answerOf, sentenceOf, stateOf, type Report, type Signature } from './report'

const signature = (over: Partial<Signature>): Signature => ({
  slot: 'party-1',
  kind: 'person',
  name: '陈国栋',
  role: 'respondent',
  acts_for: '',
  assurance: 'seen',
  at: '2026-11-26T07:24:00Z',
  intact: true,
  valid: true,
  trusted: true,
  indication: 'TOTAL-PASSED',
  revision: 2,
  covers: 'revision',
  changed_after: false,
  certificate: null,
  paper: null,
  reasons: [],
  ...over,
})

const report = (over: Partial<Report>): Report => ({
  form: 'file',
  verdict: 'valid',
  reasons: [],
  sha256: '',
  length: 1,
  pages: 3,
  number: null,
  title: null,
  effective_at: null,
  text_hash: null,
  root: null,
  issuer: { kind: 'own', name: '' },
  timestamp: null,
  signatures: [],
  checks: [],
  known: null,
  copy: null,
  ...over,
})

it('knows three answers and no fourth', () => {
  expect(['valid', 'invalid', 'incomplete', 'unknown_issuer', 'cannot_tell'].map((verdict) => answerOf(verdict as Report['verdict']))).toEqual([
    'valid',
    'invalid',
    'invalid',
    'cannot',
    'cannot',
  ])
})

it('says which page was changed after whose signature', () => {
  const changed = report({ verdict: 'invalid', reasons: [{ code: 'page_differs', page: 2 }], signatures: [signature({ changed_after: true })] })
  expect(sentenceOf(changed)).toEqual({ key: 'invalid_changed', values: { who: '陈国栋', page: 2 } })
})

it('blames nobody when no signature tells before whom the change was', () => {
  const broken = report({ verdict: 'invalid', reasons: [{ code: 'truncated' }] })
  expect(sentenceOf(broken)).toEqual({ key: 'invalid', values: { reason: 'truncated' } })
})

it('counts the signatures it lists: people and the seal, no machinery', () => {
  const valid = report({ signatures: [signature({}), signature({ kind: 'organisation' }), signature({ kind: 'seal' }), signature({ kind: 'certification' }), signature({ kind: 'document_timestamp' })] })
  expect(sentenceOf(valid).values.n).toBe(3)
})

it('has a sentence of its own for a file without signatures', () => {
  expect(sentenceOf(report({ verdict: 'cannot_tell', reasons: [{ code: 'no_signatures' }] })).key).toBe('no_signatures')
})

it('never lets one good fact stand for the signature', () => {
  expect(stateOf(signature({}))).toBe('ok')
  expect(stateOf(signature({ intact: false }))).toBe('changed')
  expect(stateOf(signature({ valid: false }))).toBe('bad')
  expect(stateOf(signature({ changed_after: true }))).toBe('changed')
  expect(stateOf(signature({ trusted: false }))).toBe('unknown')
})

it('does not call the signers unknown when only the time-stamp authority is', () => {
  expect(sentenceOf(report({ verdict: 'unknown_issuer', reasons: [{ code: 'tsa_unknown' }] })).key).toBe('unknown_tsa')
  expect(sentenceOf(report({ verdict: 'unknown_issuer', reasons: [{ code: 'other_root' }, { code: 'tsa_unknown' }] })).key).toBe('unknown_issuer')
})

describe('a filing copy', () => {
  const reasons = (code: string, page?: number) => [{ code, ...(page ? { page } : {}) }]
  const copy = { sha256: 'b', of: 'a', same: true, page: null }

  it('alone is told as what it is', () => {
    expect(sentenceOf(report({ verdict: 'cannot_tell', reasons: reasons('filing_copy') })).key).toBe('filing_copy')
  })

  it('beside its original says both', () => {
    const said = sentenceOf(report({ verdict: 'valid', number: '(2026)1', copy }))
    expect(said).toMatchObject({ key: 'copy_valid', values: { number: '(2026)1' } })
  })

  it('that differs names the page, or that it was altered', () => {
    const differs = (page?: number) => sentenceOf(report({ verdict: 'invalid', reasons: reasons('copy_differs', page), copy }))
    expect(differs(2)).toEqual({ key: 'copy_differs', values: { page: 2 } })
    expect(differs()).toEqual({ key: 'copy_altered', values: {} })
    expect(sentenceOf(report({ verdict: 'invalid', reasons: reasons('copy_of_other'), copy })).key).toBe('copy_of_other')
  })
})

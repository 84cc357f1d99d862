/** The client of the REST interface against a fetch that records what it was asked. */
import { afterEach, beforeEach, expect, it } from 'vitest'

import { api, ApiError, useSeat } from './api'

interface Asked {
  method: string
  path: string
  headers: Record<string, string>
  body: string | null
}

let asked: Asked[] = []
let answers: (() => Response)[] = []
const realFetch = globalThis.fetch

const json = (body: unknown, status = 200): (() => Response) => () => new Response(JSON.stringify(body), { status })

beforeEach(() => {
  asked = []
  answers = []
  globalThis.fetch = (input, init) => {
    asked.push({ method: init?.method ?? 'GET', path: String(input), headers: init?.headers as Record<string, string>, body: (init?.body as string | undefined) ?? null })
    const answer = answers.shift()
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('Failed to fetch'))
  }
})
afterEach(() => {
  globalThis.fetch = realFetch
  useSeat(null)
})

it('speaks as the seat and brings its token, learned when the link was opened', async () => {
  useSeat('aaaa')
  answers = [json({ slug: 'aaaa', csrf: 'token-a' }), json({ ok: true })]
  await api.post('/api/seats/aaaa/open?lang=en', { token: 't' })
  await api.post('/api/seat/consents', { online: true, esign: false })
  expect(asked.map((one) => one.headers['X-CSRF-Token'])).toEqual([undefined, 'token-a'])
  expect(asked.every((one) => one.headers['X-Hejie-Seat'] === 'aaaa')).toBe(true)
})

it('keeps the tokens of two identities apart', async () => {
  answers = [json({ csrf: 'token-b' }), json({ csrf: 'token-staff' }), json({}), json({})]
  await api.get('/api/seat', { seat: 'bbbb' })
  await api.get('/api/me', { seat: null })
  await api.post('/api/seat/code', {}, { seat: 'bbbb' })
  await api.post('/api/sessions/x/ticket', {}, { seat: null })
  expect(asked.slice(2).map((one) => one.headers['X-CSRF-Token'])).toEqual(['token-b', 'token-staff'])
})

it('fetches a new token once when the old one no longer counts', async () => {
  answers = [json({ csrf: 'old' }), json({ error: { code: 'csrf_rejected' } }, 403), json({ csrf: 'new' }), json({ done: 1 })]
  await api.get('/api/seat', { seat: 'cccc' })
  expect(await api.post('/api/seat/code', {}, { seat: 'cccc' })).toEqual({ done: 1 })
  expect(asked.map((one) => one.headers['X-CSRF-Token'])).toEqual([undefined, 'old', undefined, 'new'])
})

it('turns the error body into code, fields and figures', async () => {
  answers = [json({ error: { code: 'code_wrong', detail: 'd', request_id: 'r1', data: { tries_left: 4 }, fields: { code: 'value' } } }, 409)]
  const error = await api.get('/api/seat', { seat: 'dddd' }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ code: 'code_wrong', status: 409, requestId: 'r1', data: { tries_left: 4 }, fields: { code: 'value' } })
})

it('calls a proxy page unreachable and a dead line network', async () => {
  answers = [() => new Response('<html>502</html>', { status: 502 })]
  await expect(api.get('/api/day')).rejects.toMatchObject({ code: 'unreachable' })
  await expect(api.get('/api/day')).rejects.toMatchObject({ code: 'network', status: 0 })
})

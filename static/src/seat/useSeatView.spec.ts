/** The door of a seat: the secret leaves the address once claimed, and every refusal opens the right page. */
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'

import { needMessages } from '../i18n'
import { useSeatView } from './useSeatView'

const SEAT = { slug: 'abc', csrf: 't', step: 'identify', centre: { name: '', phone: '', address: '', root_sha256: '' }, consents: {}, me: {} }
const realFetch = globalThis.fetch
let answer: (path: string, body: string) => [number, unknown] = () => [200, SEAT]
let asked: { path: string; body: string }[] = []

beforeAll(() => needMessages('ui', 'errors'))
beforeEach(() => {
  asked = []
  sessionStorage.clear()
  history.replaceState(null, '', '/r/abc')
  globalThis.fetch = (input, init) => {
    const path = String(input).split('?', 1)[0] ?? ''
    asked.push({ path, body: String(init?.body ?? '') })
    const [status, body] = answer(path, String(init?.body ?? ''))
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  }
})
afterEach(() => {
  globalThis.fetch = realFetch
})

const refused = (code: string, status: number): [number, unknown] => [status, { error: { code } }]

it('opens the link and takes the secret out of the address and the store', async () => {
  location.hash = '#secret'
  answer = () => [200, SEAT]
  const seat = useSeatView('abc')
  await seat.open()
  expect(seat.door.value).toBe('open')
  expect(location.hash).toBe('')
  expect(sessionStorage.length).toBe(0)
  expect(asked[0]).toEqual({ path: '/api/seats/abc/open', body: '{"token":"secret"}' })
})

it('keeps the secret in the address while the link is not claimed', async () => {
  location.hash = '#secret'
  answer = (path) => (path.endsWith('/open') ? refused('seat_taken', 409) : refused('unauthenticated', 401))
  const seat = useSeatView('abc')
  await seat.open()
  expect(seat.door.value).toBe('taken')
  expect(location.hash).toBe('#secret')
  answer = () => [200, SEAT]
  await seat.open(true)
  expect(asked[asked.length - 1]?.body).toBe('{"token":"secret","takeover":true}')
  expect(seat.door.value).toBe('open')
})

it('comes back by the cookie when the link in the message is tapped again', async () => {
  location.hash = '#old'
  answer = (path) => (path.endsWith('/open') ? refused('link_expired', 410) : [200, SEAT])
  const seat = useSeatView('abc')
  await seat.open()
  expect(seat.door.value).toBe('open')
})

it.each([
  ['link_expired', 410, 'expired'],
  ['link_unknown', 404, 'unknown'],
  ['session_over', 409, 'over'],
  ['internal', 500, 'trouble'],
] as const)('shows the page for %s', async (code, status, door) => {
  location.hash = '#x'
  answer = (path) => (path.endsWith('/open') ? refused(code, status) : refused('unauthenticated', 401))
  const seat = useSeatView('abc')
  await seat.open()
  expect(seat.door.value).toBe(door)
})

it('shows nothing of the case after "that is not me"', async () => {
  answer = () => [200, SEAT]
  const seat = useSeatView('abc')
  await seat.open()
  await seat.deny()
  expect(seat.view.value).toBeNull()
  expect(seat.door.value).toBe('not_me')
})

it('takes the seat back from the other device although the secret has left the address', async () => {
  location.hash = '#secret'
  answer = () => [200, SEAT]
  const seat = useSeatView('abc')
  await seat.open()
  seat.door.value = 'taken_over'
  await seat.open(true)
  expect(asked[asked.length - 1]?.body).toBe('{"token":"secret","takeover":true}')
})

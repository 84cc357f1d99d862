/** The one door to the server's REST interface: JSON in and out, CSRF tokens per identity, errors as codes. It chooses no words. */

/** Whatever the server (or the network) answered instead of what was asked; `code` chooses the words (i18n/errors.json). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string = '',
    /** Field name -> reason code, for errors that belong to a field. */
    readonly fields: Readonly<Record<string, string>> = {},
    readonly requestId: string = '',
    /** What the code carries beside itself: tries_left, until, version, waiting_for ... */
    readonly data: Readonly<Record<string, unknown>> = {},
  ) {
    super(code)
    this.name = 'ApiError'
  }
}

export interface RequestOptions {
  /** Speak as this seat; null as staff or nobody. Default: what useSeat() chose. */
  seat?: string | null
  signal?: AbortSignal
  /** Milliseconds until code "timeout"; default 30,000. */
  timeout?: number
  /** Media type of an upload; default application/pdf. */
  type?: string
  /** Beside the usual ones. */
  headers?: Readonly<Record<string, string>>
}

const STAFF = ''
const TIMEOUT = 30_000
const csrf = new Map<string, string>()
let currentSeat: string | null = null

/** From now on requests speak as this seat, or as a court's link (court-…), in the header X-Hejie-Seat; null: as staff or nobody. */
export function useSeat(slug: string | null): void {
  currentSeat = slug
}

function seatOf(options: RequestOptions): string | null {
  return options.seat === undefined ? currentSeat : options.seat
}

/** The token comes with GET /api/me, with the opening of a link and with GET /api/seat; it is picked up wherever it passes. */
function remember(seat: string | null, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return
  const token = (answer as { csrf?: unknown }).csrf
  if (typeof token === 'string' && token) csrf.set(seat ?? STAFF, token)
}

function timeLimit(options: RequestOptions): { signal: AbortSignal; done: () => void; late: () => boolean } {
  const controller = new AbortController()
  let late = false
  const timer = setTimeout(() => {
    late = true
    controller.abort()
  }, options.timeout ?? TIMEOUT)
  const abort = (): void => controller.abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    late: () => late,
    done: () => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
    },
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {}
  try {
    const json = (await response.json()) as { error?: Record<string, unknown> }
    body = json.error ?? {}
  } catch {
    // A proxy's error page is no JSON; the status alone must do.
  }
  const code = typeof body['code'] === 'string' ? body['code'] : response.status >= 500 ? 'unreachable' : 'internal'
  return new ApiError(
    code,
    response.status,
    typeof body['detail'] === 'string' ? body['detail'] : '',
    (body['fields'] ?? {}) as Record<string, string>,
    typeof body['request_id'] === 'string' ? body['request_id'] : (response.headers.get('X-Request-Id') ?? ''),
    (body['data'] ?? {}) as Record<string, unknown>,
  )
}

async function send(method: string, path: string, body: BodyInit | undefined, type: string, options: RequestOptions): Promise<Response> {
  const seat = seatOf(options)
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers }
  if (seat !== null) headers['X-Hejie-Seat'] = seat
  if (method !== 'GET') {
    const token = csrf.get(seat ?? STAFF) ?? (OPEN_TO_NOBODY.test(path.split('?', 1)[0] ?? '') ? '' : await fetchToken(seat))
    if (token) headers['X-CSRF-Token'] = token
    if (type) headers['Content-Type'] = type
  }
  const limit = timeLimit(options)
  try {
    const response = await fetch(path, { method, headers, body, credentials: 'same-origin', signal: limit.signal, cache: 'no-store' })
    if (!response.ok) throw await errorOf(response)
    return response
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (options.signal?.aborted) throw new ApiError('aborted', 0)
    throw new ApiError(limit.late() ? 'timeout' : 'network', 0)
  } finally {
    limit.done()
  }
}

/** What nobody may do (open a link, log in, ask for a new link, verify) needs no token: the server checks the origin instead. */
const OPEN_TO_NOBODY = /^\/api\/(seats\/[^/]+\/open|docket\/links\/[^/]+(\/\w+)?|login|welcome(\/password)?|links\/renew|verify(\/\w+)?|demo\/cases|filing\/(drafts|resume|draft(\/.*)?)|progress\/\w+)$/

async function fetchToken(seat: string | null): Promise<string | undefined> {
  const source = seat === null ? '/api/me' : seat.startsWith('court-') ? '/api/docket' : '/api/seat'
  try {
    remember(seat, await (await send('GET', source, undefined, '', { seat })).json())
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) throw error
  }
  return csrf.get(seat ?? STAFF)
}

async function json<T>(method: string, path: string, body: unknown, options: RequestOptions): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const attempt = async (): Promise<T> => {
    const response = await send(method, path, text, 'application/json', options)
    if (response.status === 204) return undefined as T
    const answer = (await response.json()) as T
    remember(seatOf(options), answer)
    return answer
  }
  try {
    return await attempt()
  } catch (error) {
    // The token belongs to a session that has been renewed elsewhere: fetch the new one and try once more.
    if (!(error instanceof ApiError && error.code === 'csrf_rejected')) throw error
    csrf.delete(seatOf(options) ?? STAFF)
    await fetchToken(seatOf(options))
    return attempt()
  }
}

/** POST raw bytes with progress (0..1) of the upload; XMLHttpRequest because fetch tells none. */
function upload<T>(path: string, bytes: Blob, progress: (share: number) => void, options: RequestOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.responseType = 'text'
    request.timeout = options.timeout ?? 180_000
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Content-Type', options.type ?? 'application/pdf')
    const seat = seatOf(options)
    if (seat !== null) request.setRequestHeader('X-Hejie-Seat', seat)
    for (const [name, value] of Object.entries(options.headers ?? {})) request.setRequestHeader(name, value)
    const token = csrf.get(seat ?? STAFF)
    if (token) request.setRequestHeader('X-CSRF-Token', token)
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = () => reject(new ApiError('network', 0))
    request.ontimeout = () => reject(new ApiError('timeout', 0))
    request.onabort = () => reject(new ApiError('aborted', 0))
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T)
      else void errorOf(new Response(request.responseText, { status: request.status })).then(reject)
    }
    options.signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(bytes)
  })
}

export const api = {
  get: <T>(path: string, options: RequestOptions = {}): Promise<T> => json<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> => json<T>('POST', path, body ?? {}, options),
  put: <T>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> => json<T>('PUT', path, body ?? {}, options),
  delete: <T>(path: string, options: RequestOptions = {}): Promise<T> => json<T>('DELETE', path, undefined, options),
  /** GET of bytes as they are (manifest, frozen file). */
  bytes: async (path: string, options: RequestOptions = {}): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await send('GET', path, undefined, '', { timeout: 120_000, ...options })).arrayBuffer()),
  /** POST raw bytes, answered by bytes (a printed report). */
  exchange: async (path: string, body: Blob, options: RequestOptions = {}): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await send('POST', path, body, options.type ?? 'application/octet-stream', { timeout: 180_000, ...options })).arrayBuffer()),
  upload,
}

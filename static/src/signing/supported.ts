/** What this browser can do for a meeting and for a signature, tried rather than guessed from its name. It does not ask for camera or microphone. */

/** Parts that are tried; the words for people are `signing.lack.<part>`. */
export type BrowserPart = 'secure' | 'media' | 'vp8' | 'p256' | 'stored_key' | 'compression' | 'pdf'

/** Apps that open links in a window of their own, where capture, downloads and new windows may be closed. */
export type HostApp = 'wechat' | 'wecom' | 'dingtalk' | 'alipay' | 'qq' | 'weibo'

export interface BrowserReport {
  /** Result of each try. */
  readonly parts: Readonly<Record<BrowserPart, boolean>>
  /** Parts that did not work, in the order they should be told. */
  readonly missing: readonly BrowserPart[]
  /** Camera, microphone and the video codec of the room are there. */
  readonly canMeet: boolean
  /** A key can be made, kept and used, and the document can be shown (architecture 3a: never a key on bytes that cannot be shown). */
  readonly canSign: boolean
  /** The app whose built-in browser this is, null for a browser of its own. */
  readonly app: HostApp | null
  readonly system: 'ios' | 'android' | 'harmony' | 'desktop'
}

const MEET: readonly BrowserPart[] = ['secure', 'media', 'vp8']
const SIGN: readonly BrowserPart[] = ['secure', 'p256', 'stored_key', 'compression', 'pdf']
const ORDER: readonly BrowserPart[] = ['secure', 'media', 'vp8', 'p256', 'stored_key', 'compression', 'pdf']

const APPS: readonly (readonly [RegExp, HostApp])[] = [
  [/wxwork/i, 'wecom'], // also says MicroMessenger, so first
  [/MicroMessenger/i, 'wechat'],
  [/DingTalk/i, 'dingtalk'],
  [/AlipayClient/i, 'alipay'],
  [/Weibo/i, 'weibo'],
  [/\bQQ\//i, 'qq'],
]

/** The app a user agent string belongs to, or null. */
export function hostApp(userAgent: string): HostApp | null {
  return APPS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null
}

/** The system a user agent string names; an iPad that calls itself a Mac is told by its touch points. */
export function hostSystem(userAgent: string, touchPoints: number): BrowserReport['system'] {
  if (/HarmonyOS|OpenHarmony/i.test(userAgent)) return 'harmony'
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return 'ios'
  return /Android/i.test(userAgent) ? 'android' : 'desktop'
}

/** Tries every part; never throws, and leaves nothing behind. `world` is the global object, given by tests. */
export async function testBrowser(world: typeof globalThis = globalThis): Promise<BrowserReport> {
  const navigator = world.navigator as Navigator | undefined
  const userAgent = navigator?.userAgent ?? ''
  const parts: Record<BrowserPart, boolean> = {
    secure: world.isSecureContext,
    media: typeof navigator?.mediaDevices?.getUserMedia === 'function' && typeof world.RTCPeerConnection === 'function',
    vp8: speaksVp8(world),
    p256: await attempt(() => signsWithP256(world)),
    stored_key: await attempt(() => keepsKey(world)),
    compression: await attempt(() => deflates(world)),
    // The floor of pdf.js 5 legacy is about Chrome 103 and Safari 16.4: parts that arrived with those versions.
    pdf: typeof world.structuredClone === 'function' && typeof world.AbortSignal?.timeout === 'function' && typeof world.Worker === 'function',
  }
  const works = (part: BrowserPart): boolean => parts[part]
  return {
    parts,
    missing: ORDER.filter((part) => !works(part)),
    canMeet: MEET.every(works),
    canSign: SIGN.every(works),
    app: hostApp(userAgent),
    system: hostSystem(userAgent, navigator?.maxTouchPoints ?? 0),
  }
}

async function attempt(trial: () => Promise<boolean>): Promise<boolean> {
  try {
    return await trial()
  } catch {
    return false
  }
}

function speaksVp8(world: typeof globalThis): boolean {
  const receiver = world.RTCRtpReceiver as typeof RTCRtpReceiver | undefined
  const codecs = receiver?.getCapabilities?.('video')?.codecs ?? []
  return codecs.some((codec) => codec.mimeType.toLowerCase() === 'video/vp8')
}

function makeKey(world: typeof globalThis): Promise<CryptoKeyPair> {
  return world.crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}

async function signsWithP256(world: typeof globalThis): Promise<boolean> {
  const pair = await makeKey(world)
  const data = new Uint8Array([1, 2, 3])
  const scheme = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await world.crypto.subtle.sign(scheme, pair.privateKey, data)
  return !pair.privateKey.extractable && (await world.crypto.subtle.verify(scheme, pair.publicKey, signature, data))
}

/** Puts a key that cannot be exported into IndexedDB, takes it out again and signs with it. */
async function keepsKey(world: typeof globalThis): Promise<boolean> {
  const name = `hejie-try-${world.crypto.getRandomValues(new Uint32Array(2)).join('-')}`
  const pair = await makeKey(world)
  const opening = world.indexedDB.open(name, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys')
  const database = await settled(opening)
  try {
    await settled(database.transaction('keys', 'readwrite').objectStore('keys').put(pair.privateKey, 1))
    const kept = (await settled(database.transaction('keys').objectStore('keys').get(1))) as CryptoKey
    const signature = await world.crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, kept, new Uint8Array(1))
    return !kept.extractable && signature.byteLength === 64
  } finally {
    database.close()
    world.indexedDB.deleteDatabase(name)
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })
}

async function deflates(world: typeof globalThis): Promise<boolean> {
  const through = (data: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<ArrayBuffer> =>
    new world.Response(new world.Blob([data]).stream().pipeThrough(stream)).arrayBuffer()
  const packed = await through(new Uint8Array(64), new world.CompressionStream('deflate'))
  const plain = await through(new Uint8Array(packed), new world.DecompressionStream('deflate'))
  return plain.byteLength === 64
}

/**
 * The signer's key and what this browser must remember about one ceremony, in IndexedDB: it survives a reload and is wiped
 * when the signature is accepted. One database for each person, so one person's link never opens another's slot.
 */
import { type Bytes, hex, sha256, utf8 } from '../pdf/bytes'

/** Key, picture and certificate of one further slot of the same person. */
export interface SlotKey {
  readonly slot: string
  readonly key: CryptoKey
  readonly spki: Bytes
  readonly drawing: Bytes
  readonly enrolment: { readonly id: string; readonly nonce: string } | null
  readonly certificate: Bytes | null
}

export interface SigningRecord {
  readonly ceremony: string
  readonly slot: string
  /** Hex H(M) as confirmed by the person; another manifest is refused from then on. */
  readonly manifest: string
  /** Hex H(F) of each file as hashed here at the confirmation. */
  readonly files: Readonly<Record<string, string>>
  readonly confirmedAt: string
  /** Not extractable, for signing only. Null until the drawing is made. */
  readonly key: CryptoKey | null
  readonly spki: Bytes | null
  /** The deflated grey drawing that was sent. */
  readonly drawing: Bytes | null
  readonly enrolment: { readonly id: string; readonly nonce: string; readonly sentTo: string; readonly resendAt: string; readonly digits: string } | null
  /** DER, once code and proof were accepted: from then on the person has decided. */
  readonly certificate: Bytes | null
  /** The person's other slots, in the order of their turns; the slot above is the next one. */
  readonly beside: readonly SlotKey[]
}

export interface SigningStore {
  read(): Promise<SigningRecord | null>
  write(record: SigningRecord): Promise<void>
  /** Forgets key, drawing and everything else, and the database itself. */
  wipe(): Promise<void>
}

const STORE = 'signing'

/** Name of the database of one person (seat slug or staff account) and ceremony. */
export function databaseName(identity: string, ceremony: string): string {
  return `hejie-signing-${identity}-${ceremony}`
}

/** The store of one person for one ceremony. Connections are opened for each act, so that other tabs can wipe. */
export function openStore(identity: string, ceremony: string, factory: IDBFactory = indexedDB): SigningStore {
  const name = databaseName(identity, ceremony)
  async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opening = factory.open(name, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    const database = await settled(opening)
    database.onversionchange = () => database.close()
    try {
      const transaction = database.transaction(STORE, mode)
      const request = act(transaction.objectStore(STORE))
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'))
      })
      return request.result
    } finally {
      database.close()
    }
  }
  return {
    read: async () => ((await within('readonly', (store) => store.get(ceremony))) as SigningRecord | undefined) ?? null,
    write: async (record) => {
      await within('readwrite', (store) => store.put(record, ceremony))
    },
    wipe: async () => {
      await within('readwrite', (store) => store.clear())
      await settled(factory.deleteDatabase(name))
    },
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
    if ('onblocked' in request) {
      Object.assign(request, { onblocked: () => resolve(request.result) }) // emptied already; the shell goes when the other tab closes
    }
  })
}

/** A fresh P-256 key for one slot: the private half cannot leave the browser, and can only sign. */
export async function newSigningKey(): Promise<{ key: CryptoKey; spki: Bytes }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  return { key: pair.privateKey, spki: new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)) }
}

/** Proof that this browser holds the key it enrols: r|s over nonce, slot, manifest and key (contract section 3). */
export async function enrolmentProof(key: CryptoKey, nonce: string, slot: string, manifest: string, spki: Bytes): Promise<Bytes> {
  return signRaw(key, utf8(`hejie-enrol-v1|${nonce}|${slot}|${manifest}|${hex(await sha256(spki))}`))
}

/** ECDSA P-256 with SHA-256 over the data, as r|s. */
export async function signRaw(key: CryptoKey, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, data))
}

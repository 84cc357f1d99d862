/** The papers for a court, as the server tells of them. */
export interface ServiceAddress {
  readonly phone: string
  readonly address: string
  readonly electronic: boolean
  readonly electronic_address: string
  readonly recipient: string
  readonly postcode: string
  /** Written down by the mediator for a party that could not. */
  readonly by_mediator: boolean
}

export interface CompanionParty {
  readonly party: string
  readonly label: string
  readonly name: string
  readonly given: boolean
  readonly service: ServiceAddress | null
  /** Its own lines as they will be printed; the identity number is masked. */
  readonly printed: readonly { readonly heading: string; readonly lines: readonly string[] }[]
  /** How the identity number was checked that is printed; null: it is not printed. */
  readonly number_from: 'seen' | 'desk' | 'licensed' | null
}

export interface Companions {
  /** Why there can be none. */
  readonly hindrance: '' | 'no_confirmation' | 'paper'
  /** May still be changed. */
  readonly open: boolean
  readonly wanted: boolean
  readonly court: string
  readonly invited: boolean
  /** What is signed: by whoever asks, for staff all. */
  readonly kinds: readonly ('application' | 'undertaking' | 'service' | 'proof')[]
  /** All for staff, else the caller's own. */
  readonly parties: readonly CompanionParty[]
  readonly lacks: readonly { readonly code: string; readonly party: string; readonly needed: boolean }[]
  readonly courts: readonly { readonly court: string; readonly level: 'basic' | 'intermediate'; readonly sure: boolean }[]
}

/** What is typed for a party. */
export interface ServiceTyped {
  phone: string
  address: string
  recipient: string
  postcode: string
  electronic: '' | 'yes' | 'no'
  electronic_address: string
}

export const doorOf = (agreement: string): string => `/api/agreements/${encodeURIComponent(agreement)}/companions`

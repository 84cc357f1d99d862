/** Remembers across reloads in which private talk the newest version was saved, or something was typed; "": in none. */
export interface OfferMark {
  get: () => string
  set: (chamber: string) => void
  /** Something was typed here: in a second talk it is of no single one any more. */
  typed: (chamber: string) => void
}

export function offerMark(agreement: string): OfferMark {
  const key = `hejie-offer-${agreement}`
  let here = ''
  const get = (): string => {
    try {
      return here || (sessionStorage.getItem(key) ?? '')
    } catch {
      return here
    }
  }
  const set = (chamber: string): void => {
    here = chamber
    try {
      if (chamber) sessionStorage.setItem(key, chamber)
      else sessionStorage.removeItem(key)
    } catch {
      // kept in memory only
    }
  }
  return {
    get,
    set,
    typed: (chamber) => {
      if (chamber && chamber !== get()) set(get() ? 'several' : chamber)
    },
  }
}

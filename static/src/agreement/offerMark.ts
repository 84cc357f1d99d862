/** Remembers across reloads in which private talk the newest version was saved, or something was typed; "": in none. */
export interface OfferMark {
  get: () => string
  set: (chamber: string) => void
}

export function offerMark(agreement: string): OfferMark {
  const key = `hejie-offer-${agreement}`
  let here = ''
  return {
    get: () => {
      try {
        return here || (sessionStorage.getItem(key) ?? '')
      } catch {
        return here
      }
    },
    set: (chamber) => {
      here = chamber
      try {
        if (chamber) sessionStorage.setItem(key, chamber)
        else sessionStorage.removeItem(key)
      } catch {
        // kept in memory only
      }
    },
  }
}

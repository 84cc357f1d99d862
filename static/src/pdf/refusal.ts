/** Why a browser does not sign. Reasons are those of tests/data/ceremony/README.md; people read `signing.refusal.*`, not these. */

/** A part of one update, as the template names them: the first that differs is the reason. */
export type Part =
  | 'widget' | 'form' | 'image' | 'drawing' | 'signature_dictionary' | 'date' | 'byte_range' | 'contents'
  | 'xref' | 'trailer' | 'startxref' | 'eof'

export type Reason =
  | Part
  | 'manifest_changed' // M is not the one this person confirmed
  | 'manifest_malformed' // M is not what contract and page agree on
  | 'base_changed' // F does not hash to the H(F) of M
  | 'base_malformed' // F's end does not say what M says about it
  | 'file_missing' // a file of the set is absent, or there twice
  | 'lease_old' // the turn offered is older than one seen before
  | 'truncated' // the bytes end before the update does
  | 'trailing_bytes' // something that is no update
  | 'slot_unknown' // a field that is no slot of M
  | 'slot_used' // a slot signed twice
  | 'slot_order' // somebody of a later rank signed before
  | 'unsigned' // an update without its signature
  | 'other_slot' // the last update is for another slot
  | 'other_drawing' // the appearance is not the drawing this person made
  | 'cms_padding' // other bytes than zeros after the DER
  | 'cms_encoding' // no CMS object in the form of the contract
  | 'cms_attributes' // signed attributes are not the three of the contract for this certificate
  | 'cms_digest' // messageDigest is not the hash of that revision's ranges
  | 'cms_signature' // the signature does not verify
  | 'cms_timestamp' // no time-stamp token, or not over this signature
  | 'certificate_issuer' // not issued by M's issuing CA, or that not by M's root
  | 'certificate_subject' // not for this slot's person: name, role, slot
  | 'certificate_paper' // a clerk without the hash of a scan, or a person with one
  | 'certificate_manifest' // issued for another manifest
  | 'certificate_key' // own certificate has another key
  | 'certificate_time' // /M outside the certificate's validity
  | 'certificate_usage' // not an event certificate of the contract

/** Thrown by every check; `detail` is for the technical line under the message, never for the sentence. */
export class Refusal extends Error {
  constructor(
    readonly reason: Reason,
    readonly detail = '',
  ) {
    super(detail ? `${reason}: ${detail}` : reason)
    this.name = 'Refusal'
  }
}

/** Throws the refusal unless the fact holds. */
export function must(fact: boolean, reason: Reason, detail = ''): asserts fact {
  if (!fact) throw new Refusal(reason, detail)
}

/** Why a browser does not sign. The words for people are chosen from the reason by `signing.refusal.<reason>`. */

export type Reason =
  | 'manifest_changed' // M is not the one this person confirmed
  | 'manifest_malformed' // M is not what contract and page agree on
  | 'frozen_changed' // F does not hash to the H(F) of M
  | 'frozen_malformed' // F's end does not say what M says about it
  | 'file_missing' // a file of the set is absent or there twice
  | 'update_missing' // no update, or the last one is not this slot's
  | 'update_malformed' // a byte differs from the template
  | 'slot_unknown' // the widget is no slot of M
  | 'slot_used' // the slot was signed before, or ours is not last
  | 'drawing_invalid' // image data too long, or not 420 x 132 grey pixels
  | 'drawing_changed' // the appearance is not the drawing this person made
  | 'date_invalid' // /M is no date
  | 'placeholder_filled' // own /Contents is not all zeros
  | 'trailing_bytes' // something follows the last %%EOF
  | 'cms_malformed' // an earlier /Contents is not exact DER then zeros, or no CMS of the contract
  | 'digest_mismatch' // messageDigest is not the hash of that revision's ranges
  | 'signature_invalid' // the signature does not verify
  | 'certificate_mismatch' // signingCertificateV2 or the signer's identifier names another certificate
  | 'certificate_malformed' // not an event certificate of the contract
  | 'certificate_untrusted' // not issued by M's issuing CA, or that not by M's root
  | 'certificate_person' // not for this slot's person: name, role, slot
  | 'certificate_manifest' // issued for another manifest
  | 'certificate_key' // own certificate has another key
  | 'certificate_time' // /M outside the certificate's validity
  | 'timestamp_mismatch' // the time-stamp token is not over this signature

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

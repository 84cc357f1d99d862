/** What can be said of a finished file without a server's word: that it begins with the very bytes the manifest froze. */
import { type Bytes, hex, sha256 } from '../pdf/bytes'
import { checkFrozen, fileOf, readManifest } from '../pdf/manifest'
import { must } from '../pdf/refusal'

/** Refuses unless M has this hash and the file begins with its F; the signatures after it are the verifier's matter. */
export async function checkFinal(manifestBytes: Bytes, manifestHash: string, fileId: string, bytes: Bytes): Promise<void> {
  must(hex(await sha256(manifestBytes)) === manifestHash, 'manifest_changed')
  const file = fileOf(readManifest(manifestBytes), fileId)
  must(bytes.length > file.f.length, 'truncated', fileId)
  await checkFrozen(file, bytes.slice(0, file.f.length))
}

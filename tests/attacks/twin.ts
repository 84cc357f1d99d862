/** The browser's readers in one module, so that all of them share their error classes. */
export { DerError, readDer } from '../../static/src/pdf/der'
export { readManifest, trustManifest } from '../../static/src/pdf/manifest'
export { Refusal } from '../../static/src/pdf/refusal'
export { checkSignedTail, checkTail } from '../../static/src/pdf/revisions'
export { readCertificate } from '../../static/src/pdf/x509'

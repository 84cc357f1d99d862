/** pdf.js, loaded when a document is first shown: the legacy build for old phones, its worker from our own origin, no eval, no second host. */
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist'
import type * as PdfJs from 'pdfjs-dist/legacy/build/pdf.mjs'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

export type PdfLibrary = typeof PdfJs
export type { PDFDocumentProxy, PDFPageProxy }

let library: Promise<PdfLibrary> | null = null

/** Loads the library once; call it early (when reading begins) to have it ready. */
export function loadPdfLibrary(): Promise<PdfLibrary> {
  library ??= import('pdfjs-dist/legacy/build/pdf.mjs').then((loaded) => {
    loaded.GlobalWorkerOptions.workerSrc = workerUrl
    return loaded
  })
  library.catch(() => (library = null)) // the next try may have a network
  return library
}

/** Opens exactly these bytes; they are copied, since pdf.js takes its input away to the worker. */
export async function openPdf(bytes: Uint8Array): Promise<{ library: PdfLibrary; document: PDFDocumentProxy }> {
  const loaded = await loadPdfLibrary()
  const task = loaded.getDocument({
    data: bytes.slice(),
    isEvalSupported: false,
    verbosity: loaded.VerbosityLevel.ERRORS,
    enableXfa: false,
    stopAtErrors: true, // what cannot be shown whole is not shown: nobody signs half a page
    useWasm: false,
    useSystemFonts: false,
    disableAutoFetch: true,
  })
  return { library: loaded, document: await task.promise }
}

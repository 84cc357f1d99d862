/** What finds QR codes in a picture: the browser's own, or a library that is loaded where it has none (Firefox, Safari, Chromium on Linux). */
export interface Detector {
  detect: (source: ImageBitmapSource) => Promise<{ rawValue: string }[]>
}

declare global {
  interface Window {
    BarcodeDetector?: (new (options: { formats: 'qr_code'[] }) => Detector) & { getSupportedFormats?: () => Promise<string[]> }
  }
}

const QR = { formats: ['qr_code' as const] }

export async function detector(): Promise<Detector> {
  const own = window.BarcodeDetector
  // Some have the class and read nothing with it.
  const reads = own?.getSupportedFormats ? await own.getSupportedFormats().catch(() => []) : ['qr_code']
  if (own && reads.includes('qr_code')) return new own(QR)
  const library = await import('qr/decode.js')
  return new library.BarcodeDetector(QR)
}

/** From strokes or typed characters on a canvas to the deflated grey picture of the contract: 420 x 132, one byte a pixel, 255 is paper. */
import { type Bytes, deflate } from '../pdf/bytes'
import { DRAWING_HEIGHT, DRAWING_WIDTH } from '../pdf/revisions'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const INK = 200 // darker than this is ink
const MARGIN = 6 // pixels kept free around the writing in the picture
const LEAST_INK = 60 // fewer dark pixels in the picture are a slip of the finger, not a name

/** RGBA over white paper to grey (ITU-R BT.601 weights). */
export function toGrey(rgba: Uint8ClampedArray): Bytes {
  const grey = new Uint8Array(rgba.length / 4)
  for (let index = 0; index < grey.length; index += 1) {
    const at = 4 * index
    const alpha = (rgba[at + 3] ?? 0) / 255
    const light = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0)
    grey[index] = Math.round(255 - alpha * (255 - light))
  }
  return grey
}

/** The smallest box that holds all ink, or null on blank paper. */
export function inkBox(grey: Uint8Array, width: number): Box | null {
  let [left, right, top, bottom] = [width, -1, Infinity, -1]
  grey.forEach((value, index) => {
    if (value >= INK) return
    const [x, y] = [index % width, Math.floor(index / width)]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  })
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** Where a box of ink goes in the picture: as large as fits (at most twice its size), in the middle of the height, at the left. */
export function placeInPicture({ width, height }: Box): Box {
  const scale = Math.min((DRAWING_WIDTH - 2 * MARGIN) / width, (DRAWING_HEIGHT - 2 * MARGIN) / height, 2)
  return { x: MARGIN, y: (DRAWING_HEIGHT - height * scale) / 2, width: width * scale, height: height * scale }
}

/** Whether a picture shows enough to be a name. */
export function isWritten(grey: Uint8Array): boolean {
  return grey.filter((value) => value < INK).length >= LEAST_INK
}

function surface(width: number, height: number): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no 2d canvas')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, width, height)
  return { canvas, context }
}

/** The writing on a canvas, cut out and fitted into the picture; null when there is too little of it. */
export function pictureOf(source: HTMLCanvasElement): Bytes | null {
  const paper = surface(source.width, source.height)
  paper.context.drawImage(source, 0, 0)
  const box = inkBox(toGrey(paper.context.getImageData(0, 0, source.width, source.height).data), source.width)
  if (!box) return null
  const place = placeInPicture(box)
  const { context } = surface(DRAWING_WIDTH, DRAWING_HEIGHT)
  context.imageSmoothingQuality = 'high'
  context.drawImage(paper.canvas, box.x, box.y, box.width, box.height, place.x, place.y, place.width, place.height)
  const grey = toGrey(context.getImageData(0, 0, DRAWING_WIDTH, DRAWING_HEIGHT).data)
  return isWritten(grey) ? grey : null
}

const HAND = '"Kaiti SC", "STKaiti", "KaiTi", "LXGW WenKai", serif'

/** A name set in type, for whoever cannot draw: the same picture, nothing less. */
export function typedPicture(name: string): Bytes | null {
  const text = name.trim()
  if (!text) return null
  const { canvas, context } = surface(2 * DRAWING_WIDTH, 2 * DRAWING_HEIGHT)
  let size = 1.4 * DRAWING_HEIGHT
  context.fillStyle = '#000000'
  context.textBaseline = 'middle'
  do {
    context.font = `${size}px ${HAND}`
    size -= 4
  } while (size > 12 && context.measureText(text).width > canvas.width - 4 * MARGIN)
  context.fillText(text, 2 * MARGIN, canvas.height / 2)
  return pictureOf(canvas)
}

/** Shows a grey picture on a canvas of its own size. */
export function paintPicture(canvas: HTMLCanvasElement, grey: Uint8Array): void {
  canvas.width = DRAWING_WIDTH
  canvas.height = DRAWING_HEIGHT
  const rgba = new Uint8ClampedArray(4 * grey.length)
  grey.forEach((value, index) => rgba.set([value, value, value, 255], 4 * index))
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, DRAWING_WIDTH, DRAWING_HEIGHT), 0, 0)
}

/** The picture as it goes into the PDF: a zlib stream of its bytes. */
export function packPicture(grey: Bytes): Promise<Bytes> {
  return deflate(grey)
}

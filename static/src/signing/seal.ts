/** The picture an organisation signs with: its filed seal, or a plain round one drawn from its name; seen through the red palette. */
import type { Bytes } from '../pdf/bytes'
import { DRAWING_HEIGHT, DRAWING_WIDTH } from '../pdf/revisions'
import type { CeremonyDoors, CeremonyView, SlotView } from './doors'
import { packPicture, toGrey } from './drawing'

const SIDE = 480
const SERIF = '"Songti SC", "SimSun", "Noto Serif CJK SC", serif'

function surface(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no 2d canvas')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  return context
}

/** The slot is square and the picture is not: it is squeezed here and stretched again on the page. */
function squeezed(source: CanvasImageSource): Bytes {
  const context = surface(DRAWING_WIDTH, DRAWING_HEIGHT)
  context.drawImage(source, 0, 0, DRAWING_WIDTH, DRAWING_HEIGHT)
  return toGrey(context.getImageData(0, 0, DRAWING_WIDTH, DRAWING_HEIGHT).data)
}

/** A ring with a star, the name along its upper part. Without the registered form no one should take it for the real seal's image. */
export function plainSeal(name: string): Bytes {
  const context = surface(SIDE, SIDE)
  const middle = SIDE / 2
  context.lineWidth = 12
  context.beginPath()
  context.arc(middle, middle, middle - 14, 0, 2 * Math.PI)
  context.stroke()
  context.fillStyle = '#000000'
  context.beginPath()
  for (let corner = 0; corner < 10; corner += 1) {
    const reach = corner % 2 === 0 ? 66 : 25
    const angle = (Math.PI * corner) / 5
    context.lineTo(middle + reach * Math.sin(angle), middle - reach * Math.cos(angle))
  }
  context.fill()
  const letters = Array.from(name)
  const size = Math.min(60, Math.floor(960 / Math.max(letters.length, 1)))
  const step = (Math.min(26, 264 / Math.max(letters.length, 1)) * Math.PI) / 180
  context.font = `${size}px ${SERIF}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  letters.forEach((letter, index) => {
    context.save()
    context.translate(middle, middle)
    context.rotate((index - (letters.length - 1) / 2) * step)
    context.fillText(letter, 0, -(middle - 32 - size / 2))
    context.restore()
  })
  return squeezed(context.canvas)
}

/** An organisation's seal as grey pixels: the filed picture, else a plain one. */
export async function sealOf({ slot, name }: SlotView, doors: CeremonyDoors): Promise<Bytes> {
  const filed = await doors.picture(slot)
  if (!filed) return plainSeal(name)
  const image = await createImageBitmap(new Blob([filed], { type: 'image/png' }))
  const picture = squeezed(image)
  image.close()
  return picture
}

/** The deflated picture for one of a person's further slots: an organisation's seal, else the same drawn name. */
export async function pictureFor(slot: string, view: CeremonyView, drawing: Bytes, doors: CeremonyDoors): Promise<Bytes> {
  const place = view.slots.find((one) => one.slot === slot)
  return place?.role === 'organisation' ? packPicture(await sealOf(place, doors)) : drawing
}

/** What stands in the slot of somebody who signed on paper: that, the name, the scan's hash and the clerk. */
export function paperPicture(words: readonly string[]): Bytes {
  const context = surface(2 * DRAWING_WIDTH, 2 * DRAWING_HEIGHT)
  context.fillStyle = '#000000'
  context.textBaseline = 'middle'
  const row = (2 * DRAWING_HEIGHT) / words.length
  words.forEach((word, index) => {
    let size = Math.min(56, row - 8)
    do context.font = `${size}px ${SERIF}`
    while (context.measureText(word).width > 2 * DRAWING_WIDTH - 24 && (size -= 2) > 14)
    context.fillText(word, 12, row * (index + 0.5))
  })
  return squeezed(context.canvas)
}

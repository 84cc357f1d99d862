/** A photograph as small as it stays readable, and without where and when it was taken; anything else as it is. */
const LONG_SIDE = 2400
const LONGEST_NAME = 100

export async function shrunk(file: File): Promise<[Blob, string]> {
  const dot = file.name.lastIndexOf('.')
  const stem = (dot > 0 ? file.name.slice(0, dot) : file.name).replace(/\p{C}/gu, '').slice(0, LONGEST_NAME) || 'file'
  const ending = dot > 0 ? file.name.slice(dot, dot + 6) : ''
  if (!file.type.startsWith('image/')) return [file, `${stem}${ending}`]
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    const paint = canvas.getContext('2d')
    if (!paint) return [file, `${stem}${ending}`]
    paint.fillStyle = '#fff'
    paint.fillRect(0, 0, canvas.width, canvas.height)
    paint.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85))
    return made ? [made, `${stem}.jpg`] : [file, `${stem}${ending}`]
  } catch {
    return [file, `${stem}${ending}`] // the server says whether it can be taken
  }
}

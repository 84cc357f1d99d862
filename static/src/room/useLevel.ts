/** Loudness of a microphone, 0..1 ten times a second, and whether it has been silent for 5 s. Hears nothing, keeps nothing. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

export const SILENT_MS = 5000
const EVERY_MS = 100
const HEARD = 0.02

/** Root mean square of samples in -1..1, stretched so that a normal voice fills the meter. */
export function loudness(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 6)
}

export function useLevel(track: Ref<MediaStreamTrack | null>): { level: Ref<number>; silent: Ref<boolean> } {
  const level = ref(0)
  const silent = ref(false)
  let stop = (): void => undefined

  function begin(source: MediaStreamTrack): () => void {
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(new MediaStream([source])).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let heard = Date.now()
    const timer = setInterval(() => {
      if (context.state === 'suspended') void context.resume()
      analyser.getFloatTimeDomainData(samples)
      level.value = loudness(samples)
      if (level.value > HEARD) heard = Date.now()
      silent.value = Date.now() - heard > SILENT_MS
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
      void context.close()
    }
  }

  watch(
    track,
    (source) => {
      stop()
      level.value = 0
      silent.value = false
      stop = source && typeof AudioContext !== 'undefined' ? begin(source) : () => undefined
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())
  return { level, silent }
}

/** The server's doors for what lies on the table, as one's own seat: a centre's device has several. */
import { inject, provide, type InjectionKey } from 'vue'

import { api, type RequestOptions } from '../api'

const SEAT: InjectionKey<string> = Symbol('seat')

/** Everything of the table below this component speaks as that seat. */
export const sitAs = (seat: string): void => provide(SEAT, seat)

export type Doors = Pick<typeof api, 'get' | 'post' | 'delete' | 'upload'>

export function useDoors(seat = inject(SEAT, undefined)): Doors {
  const as = (options: RequestOptions = {}): RequestOptions => (seat === undefined ? options : { seat, ...options })
  return {
    get: <T>(path: string, options?: RequestOptions) => api.get<T>(path, as(options)),
    post: <T>(path: string, body?: unknown, options?: RequestOptions) => api.post<T>(path, body, as(options)),
    delete: <T>(path: string, options?: RequestOptions) => api.delete<T>(path, as(options)),
    upload: <T>(path: string, content: Parameters<typeof api.upload>[1], onProgress: Parameters<typeof api.upload>[2], options?: RequestOptions) => api.upload<T>(path, content, onProgress, as(options)),
  }
}

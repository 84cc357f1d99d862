/** Mounts a component of the room with its words, for specs only. */
import { createApp, type Component } from 'vue'
import { createI18n } from 'vue-i18n'

import room from '../i18n/zh-CN/room.json'
import ui from '../i18n/zh-CN/ui.json'

export interface Mounted {
  element: HTMLElement
  unmount: () => void
}

export function mount(component: Component, props: Record<string, unknown> = {}): Mounted {
  const element = document.createElement('div')
  document.body.append(element)
  const app = createApp(component, props)
  app.use(createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': { room, ui } as never } }))
  app.mount(element)
  return {
    element,
    unmount: () => {
      app.unmount()
      element.remove()
    },
  }
}

/** For specs: mounts a component with the words of one language in a real DOM. Not part of the app. */
import { createApp, defineComponent, h, nextTick, type App, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, needMessages, setLocale, type Feature, type Locale } from '../i18n'

export interface Mounted {
  element: HTMLElement
  app: App
  unmount: () => void
}

export async function mounted(component: Component, props: Record<string, unknown> = {}, slots: Record<string, (scope: never) => unknown> = {}, features: Feature[] = ['ui'], locale: Locale = 'zh-CN'): Promise<Mounted> {
  await setLocale(locale)
  await needMessages('errors', ...features)
  const element = document.createElement('main')
  document.body.append(element)
  const app = createApp(defineComponent({ render: () => h(component, props, slots) }))
  app.use(i18n).use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => null } }] }))
  app.mount(element)
  await nextTick()
  return {
    element,
    app,
    unmount: () => {
      app.unmount()
      element.remove()
    },
  }
}

/** Waits until the condition holds; fails after two seconds with what it waited for. */
export async function until(condition: () => unknown, what: string): Promise<void> {
  const end = Date.now() + 2000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within 2 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Types into a control as a person does. */
export function type(element: Element | null, text: string): void {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) throw new Error('no such control')
  element.value = text
  element.dispatchEvent(new Event('input', { bubbles: true }))
}

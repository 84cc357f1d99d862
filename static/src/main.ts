/** Starts the app: reading settings, words of the first page, router. */
import './ui/base.css'
import './ui/controls.css'

import { createApp } from 'vue'

import App from './App.vue'
import { currentLocale, i18n, needMessages } from './i18n'
import { router } from './router'
import { applyReading } from './ui/reading'

applyReading()
document.documentElement.lang = currentLocale()
void needMessages('ui', 'errors').then(async () => {
  const app = createApp(App).use(i18n).use(router)
  await router.isReady()
  app.mount('#app')
})

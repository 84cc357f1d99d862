/** Starts the page that verifies files without a server. */
import '../ui/base.css'
import '../ui/controls.css'

import { createApp } from 'vue'

import { applyReading } from '../ui/reading'
import OfflinePage from './OfflinePage.vue'
import { currentLocale, i18n, setLocale } from './words'

applyReading()
void setLocale(currentLocale())
createApp(OfflinePage).use(i18n).mount('#app')

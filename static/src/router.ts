/** Addresses of the app. Each page is loaded when it is opened, together with the words it needs. */
import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { needMessages, words, type Feature } from './i18n'

declare module 'vue-router' {
  interface RouteMeta {
    messages?: Feature[]
    /** Key of the page's title */
    title?: string
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./pages/HomePage.vue'), meta: { messages: ['case'], title: 'ui.app' } },
  { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { messages: ['accounts', 'case'], title: 'case.login_title' } },
  { path: '/welcome', component: () => import('./pages/WelcomePage.vue'), meta: { messages: ['accounts', 'case'], title: 'accounts.welcome_title' } },
  { path: '/account', component: () => import('./pages/AccountPage.vue'), meta: { messages: ['accounts', 'case'], title: 'accounts.account' } },
  { path: '/administration', component: () => import('./pages/AdministrationPage.vue'), meta: { messages: ['accounts', 'case'], title: 'accounts.title' } },
  { path: '/day', component: () => import('./pages/DayPage.vue'), meta: { messages: ['case', 'intake', 'keeping', 'limits', 'messages'], title: 'case.day_title' } },
  { path: '/case/:id', component: () => import('./pages/CasePage.vue'), props: true, meta: { messages: ['case', 'table', 'agreements', 'reviews'], title: 'case.case_title' } },
  {
    path: '/case/:id/recordings',
    component: () => import('./pages/RecordingsPage.vue'),
    props: true,
    meta: { messages: ['case', 'table'], title: 'table.recordings.title' },
  },
  {
    path: '/case/:id/forms',
    component: () => import('./pages/FormsPage.vue'),
    props: true,
    meta: { messages: ['case', 'forms'], title: 'forms.title' },
  },
  {
    path: '/case/:id/forms/:form',
    component: () => import('./pages/FormPage.vue'),
    props: true,
    meta: { messages: ['case', 'forms', 'signing'], title: 'forms.title' },
  },
  {
    path: '/agreement/:id/court',
    component: () => import('./pages/ConfirmationPage.vue'),
    props: true,
    meta: { messages: ['case', 'checking', 'confirm', 'confirmation', 'docket', 'packet', 'performance'], title: 'confirmation.title' },
  },
  { path: '/forms', component: () => import('./pages/TemplatesPage.vue'), meta: { messages: ['case', 'forms', 'signing'], title: 'forms.templates_title' } },
  {
    path: '/session/:id',
    component: () => import('./pages/SessionPage.vue'),
    props: true,
    meta: { messages: ['case', 'agreement', 'agreements', 'checking', 'clauses', 'reviews', 'room', 'summary', 'table'], title: 'case.session_title' },
  },
  {
    path: '/session/:id/isolation',
    component: () => import('./pages/IsolationPage.vue'),
    props: true,
    meta: { messages: ['table'], title: 'table.proof.title' },
  },
  { path: '/r/:slug', component: () => import('./pages/SeatPage.vue'), props: true, meta: { messages: ['seat'], title: 'seat.page_title' } },
  {
    path: '/r/:slug/performance',
    component: () => import('./pages/SeatPage.vue'),
    props: ({ params }) => ({ slug: params['slug'], performance: true }),
    meta: { messages: ['seat'], title: 'seat.performance_title' },
  },
  {
    path: '/kiosk/:session',
    component: () => import('./pages/KioskPage.vue'),
    props: true,
    meta: { messages: ['signing', 'seat', 'case', 'summary'], title: 'signing.kiosk.title' },
  },
  { path: '/supervision', component: () => import('./pages/SupervisionPage.vue'), meta: { messages: ['case', 'limits'], title: 'limits.board_title' } },
  { path: '/reviews', component: () => import('./pages/ReviewsPage.vue'), meta: { messages: ['case', 'reviews'], title: 'reviews.title' } },
  {
    path: '/reviews/:id',
    component: () => import('./pages/ReviewPage.vue'),
    props: true,
    meta: { messages: ['agreement', 'agreements', 'checking', 'reviews'], title: 'reviews.title' },
  },
  { path: '/messages', component: () => import('./pages/MessagesPage.vue'), meta: { messages: ['case', 'messages'], title: 'messages.title' } },
  { path: '/file/:place?', component: () => import('./pages/FilePage.vue'), props: ({ params }) => ({ place: params['place'] || 'centre' }), meta: { messages: ['filing'], title: 'filing.title' } },
  { path: '/progress', component: () => import('./pages/ProgressPage.vue'), meta: { messages: ['filing'], title: 'filing.progress' } },
  { path: '/intake/new', component: () => import('./pages/IntakeNewPage.vue'), meta: { messages: ['filing'], title: 'filing.counter' } },
  { path: '/posters', component: () => import('./pages/PostersPage.vue'), meta: { messages: ['filing'], title: 'filing.posters' } },
  { path: '/intake', component: () => import('./pages/IntakePage.vue'), meta: { messages: ['case', 'intake'], title: 'intake.title' } },
  { path: '/intake/:id', component: () => import('./pages/MatterPage.vue'), props: true, meta: { messages: ['case', 'intake'], title: 'intake.title' } },
  { path: '/channels', component: () => import('./pages/ChannelsPage.vue'), meta: { messages: ['case', 'channels'], title: 'channels.title' } },
  { path: '/verify', component: () => import('./pages/VerifyPage.vue'), meta: { messages: ['court'], title: 'court.verify_title' } },
  { path: '/court/:slug', component: () => import('./pages/DocketPage.vue'), props: true, meta: { messages: ['confirmation', 'court', 'docket', 'signing'], title: 'docket.title' } },
  {
    path: '/court/:slug/room/:session',
    component: () => import('./pages/HearingPage.vue'),
    props: true,
    meta: { messages: ['docket', 'room', 'host'], title: 'docket.room' },
  },
  { path: '/trust', component: () => import('./pages/TrustPage.vue'), meta: { messages: ['court'], title: 'court.trust_title' } },
  { path: '/demo', component: () => import('./pages/DemoPage.vue'), meta: { messages: ['case'], title: 'case.demo_title' } },
  { path: '/:rest(.*)*', component: () => import('./pages/LostPage.vue'), meta: { title: 'ui.lost_title' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeResolve(async (to) => {
  await needMessages(...(to.meta.messages ?? []))
})

router.afterEach(async (to, from) => {
  document.title = `${words.t(to.meta.title ?? 'ui.app')} · ${words.t('ui.app')}`
  if (from.matched.length === 0) return
  await nextTick()
  // A new page begins at its heading for those who do not see it change.
  document.querySelector<HTMLElement>('main h1')?.focus()
})

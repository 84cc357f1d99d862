/** The private talk that the person of this page is in, "" outside of one: the room tells, and what is sent says where it was written. */
import { ref } from 'vue'

export const talk = ref('')

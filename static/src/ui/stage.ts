/** Whether the page is a stage of its own (the room): the app's header steps aside. */
import { ref } from 'vue'

export const onStage = ref(false)

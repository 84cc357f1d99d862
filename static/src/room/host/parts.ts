/** The parts of the console, in the order of their tabs on a narrow screen. */
export const PARTS = ['stage', 'rail', 'host', 'panel'] as const
export type Part = (typeof PARTS)[number]

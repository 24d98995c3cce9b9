/** What a measured process and the bench say to each other. */

export interface Listening {
  readonly port: number
}

export type Question = 'usage' | 'settled usage' | 'reset'

export interface Usage {
  /** Processor time so far, in microseconds, all threads. */
  readonly cpu: number
  readonly heap: number
  readonly resident: number
}

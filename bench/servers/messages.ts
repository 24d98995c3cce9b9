/** The messages between a measured server and the bench. */

export interface Listening {
  readonly port: number
}

export type Question = 'usage' | 'settled usage' | 'reset'

export interface Usage {
  /** Processor time of all threads so far, in microseconds. */
  readonly cpu: number
  readonly heap: number
  readonly resident: number
}

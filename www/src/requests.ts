// Counts what the page asks of the network after it has loaded, from the browser's own resource timing.
import { tell } from './state.ts'

export const requests: string[] = []

/** From now on everything counts, whoever asked for it. */
export function countRequests(): void {
  const loaded = performance.now()
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (entry.startTime >= loaded) requests.push(new URL(entry.name).pathname)
    tell('requests')
  }).observe({ type: 'resource' })
}

// Remembers what the shopper allowed, but only once they allowed that anything is remembered.
import type { Consent } from 'skonto'
import { skonto } from './engine.ts'
import { state, tell } from './state.ts'

const key = 'skonto-market-consent'

export function keptConsent(): Consent {
  const kept = attempt(() => localStorage.getItem(key))
  return { storage: kept !== null, learn: kept === 'storage,learn' }
}

export async function changeConsent(change: Partial<Consent>): Promise<void> {
  state.consent = { ...state.consent, ...change }
  const { storage, learn } = state.consent
  attempt(() => storage ? localStorage.setItem(key, learn ? 'storage,learn' : 'storage') : localStorage.removeItem(key))
  await skonto.setConsent(change)
  tell('settings')
}

/** Everything kept goes, the consent to keep included. */
export async function forgetMe(): Promise<void> {
  await skonto.forget()
  await changeConsent({ storage: false, learn: false })
}

// A browser that denies storage throws already when it is named.
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

// The one skonto engine of the page, created as the package's manual says.
import { createSkonto, type Skonto } from 'skonto'
import wasm from 'skonto/skonto.wasm'
import { keptConsent } from './consent.ts'
import { engineOff } from './engine-off.ts'
import { state } from './state.ts'

export let skonto: Skonto = engineOff('')
/** Why there is no engine; empty when there is one. */
export let offReason = ''

const updateAddress = '/models/current.skonto'
/** Where the next look for a model goes: the shop's own address, or a bad answer that a tester chose. */
export const updateSource = { url: updateAddress }

export async function startEngine(): Promise<void> {
  state.consent = keptConsent()
  // One number per visit: an offer that is drawn by chance must not flicker between two looks at it.
  const visit = crypto.getRandomValues(new Uint32Array(1))[0]!
  try {
    skonto = await createSkonto({
      wasm: new URL(String(wasm), document.baseURI), updates: { url: updateAddress }, consent: state.consent,
      clock: localNow, seed: () => visit, locale: state.locale,
      fetch: (input, init) => fetch(String(input).endsWith(updateAddress) ? updateSource.url : input, init),
    })
  } catch (error) {
    offReason = error instanceof Error ? error.message : String(error)
    skonto = engineOff(offReason)
  }
}

/** The shopper's wall clock as milliseconds, so that a Saturday is the shopper's Saturday. */
export function localNow(): number {
  return Date.now() - new Date().getTimezoneOffset() * 60_000
}

export function privacyControlIsOn(): boolean {
  return (navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl === true
}

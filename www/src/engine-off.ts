// Stands in when no engine could be created: every price is the regular one, and the shop goes on selling.
import type { Decision, DecisionRequest, Skonto } from 'skonto'

export function engineOff(reason: string): Skonto {
  const decide = ({ item, currency }: DecisionRequest): Decision => {
    const listMinor = Math.round((item.price ?? 0) * 100)
    return {
      arm: 'none', percentOff: 0, discountMinor: 0, priceMinor: listMinor, listMinor, currency: currency ?? 'USD',
      reason: 'OFF', reasonText: reason, propensity: 1, arms: [], modelVersion: 0, disclosure: '', refusedAttributes: 0,
    }
  }
  return {
    observe: () => ({ taken: false, reason }),
    decide,
    explain: request => ({ ...decide(request), contributions: [], otherArms: [], nearestChange: null, changes: [] }),
    profile: () => ({ bytes: new Uint8Array(), trips: 0, daysSinceLastTrip: null, groups: [] }),
    update: async () => ({ status: 'unreachable', version: 0, reason }),
    setConsent: async () => {}, forget: async () => {}, whatIf: () => {}, setLocale: () => {}, destroy: () => {},
    on: () => () => {},
    modelVersion: 0,
  }
}

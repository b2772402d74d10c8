// Who is shopping: a new visitor, or a real household whose receipts are replayed through skonto.observe.
import { changeConsent } from './consent.ts'
import { cart } from './cart.ts'
import { localNow, skonto } from './engine.ts'
import { decideAgain } from './offers.ts'
import { shifted, weeksToShift, type Household, type ShopData } from './shop-data.ts'
import { state, tell } from './state.ts'

/** True when learning had to be switched on for the replay. */
export async function becomeHousehold(household: Household, data: ShopData): Promise<boolean> {
  const hadToLearn = !state.consent.learn
  if (hadToLearn) await changeConsent({ learn: true })
  await startOver(household.id)
  const weeks = weeksToShift(data.data_end_ms, localNow())
  for (const purchase of household.events) skonto.observe(shifted(purchase, weeks))
  decideAgain('shopper')
  tell('settings')
  return hadToLearn
}

export async function becomeVisitor(): Promise<void> {
  await startOver(null)
  decideAgain('shopper')
  tell('settings')
}

async function startOver(household: string | null): Promise<void> {
  cart.clear()
  await skonto.forget()
  state.household = household
  tell('cart')
}

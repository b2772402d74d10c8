// A fact of an explanation in its own unit. The engine hands over a label and a number; the label tells the unit.
import { number, percent, words } from './index.ts'

type Unit = 'days' | 'share' | 'ofTrips' | 'lately' | 'due' | 'yesOrNo' | 'trips' | 'times' | 'products'

const units: [RegExp, Unit][] = [
  [/^Days |^距/, 'days'],
  [/^Share |比例$/, 'share'],
  [/^How often|频率$/, 'ofTrips'],
  [/^Lately against|近期与以往/, 'lately'],
  [/due$|再次购买/, 'due'],
  [/^Weekend$|^周末$/, 'yesOrNo'],
  [/trips lately$|近期购物次数/, 'trips'],
  [/^Times |次数$/, 'times'],
  [/per trip$|每次购买/, 'products'],
]

/** "4.0 % of trips" for (How often this kind of product is bought, 0.0403); a plain number for a label it does not know. */
export function inItsUnit(label: string, value: number): string {
  const text = words().units
  switch (units.find(([pattern]) => pattern.test(label))?.[1]) {
    case 'days': return text.days(number(value, value < 10 ? 1 : 0))
    case 'share': return percent(value, 0)
    case 'ofTrips': return text.ofTrips(percent(value, 1))
    case 'lately': return text.lately(percent(value, 0))
    case 'due': return text.due(percent(value, 0))
    case 'yesOrNo': return text.yesOrNo(value > 0.5)
    case 'trips': return text.trips(number(value, 1))
    case 'times': return text.times(number(value, 1))
    case 'products': return text.products(number(value, 1))
    default: return number(value)
  }
}

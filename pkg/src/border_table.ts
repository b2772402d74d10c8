// The tables of docs/page-border.md. Each number is put in place of its name where it is used, so that none of this ships.

/** The calls, in the order in which docs/page-border.md numbers them. */
export const enum Call {
  room,
  load,
  restore,
  profile,
  forget,
  text,
  count,
  group,
  number,
  terms,
  product,
  attributes,
  stage,
  search,
  observe,
  decide,
  explain,
  profileNumbers,
  cart,
}

/** The kinds of text, as docs/page-border.md numbers them; `count` takes those of which there are many. */
export const enum Text {
  group = 0,
  category = 1,
  feature = 2,
  arm = 3,
  reason = 4,
  verdict = 5,
  armId = 6,
  reasonCode = 7,
  verdictCode = 8,
  disclosure = 9,
  attribute = 12,
  attributeKind = 13,
  change = 14,
  offer = 15,
  offerWhat = 16,
  offerCurrency = 17,
  refusal = 18,
  circumstance = 19,
  error = 20,
  field = 21,
}

/** What else `count` tells of a model. */
export const enum Fact {
  tellsProductsApart = 22,
  hasOffers = 23,
  version = 24,
}

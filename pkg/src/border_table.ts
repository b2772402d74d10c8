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

/** The two disclosures of a model. */
export const enum Disclosure {
  personalised,
  public,
}

/** What else `count` tells of a model. */
export const enum Fact {
  tellsProductsApart = 22,
  hasOffers = 23,
  version = 24,
}

/** What the five places tell. */
export const enum Place {
  input,
  bytes,
  byteCount,
  output,
  outputCount,
}

export const PLACES = 5;
export const BYTES_PER_NUMBER = 8;

/** Those of the events whose prices move money. */
export const enum EventKind {
  addToCart = 5,
  purchase = 11,
}

/** What stands for no item, brand or offer. */
export const NO_ID = 0;
/** What stands for a group that the model does not know. */
export const NO_GROUP = -1;
/** The term that leaves the model's own. */
export const MODELS_OWN = -1;

/** Numbers of a line of an event, and of the lines that the input block holds: 73. */
export const PER_LINE = 7;
export const MAX_STAGED = 511;

/** Numbers of an arm of a decision, of a contribution, of a change. */
export const PER_ARM = 6;
export const PER_CONTRIBUTION = 4;
export const PER_CHANGE = 5;

/** Numbers of the profile before its groups, and of a group. */
export const PROFILE_HEAD = 2;
export const PER_GROUP = 4;

/** The event names of GA4 e-commerce, in the order in which the engine numbers them. */
export const EVENT_NAMES = [
  "view_item_list",
  "select_item",
  "view_item",
  "search",
  "add_to_wishlist",
  "add_to_cart",
  "remove_from_cart",
  "view_cart",
  "begin_checkout",
  "add_shipping_info",
  "add_payment_info",
  "purchase",
  "refund",
  "view_promotion",
  "select_promotion",
] as const;

/** One of the GA4 e-commerce event names. */
export type Ga4EventName = (typeof EVENT_NAMES)[number];

/** A product line as GA4 has it; fields not listed are welcome and ignored. */
export interface Ga4Item {
  /** The shop's own product number; a model may tell products apart by it. */
  item_id?: string;
  /** The product's name; a model with words compares it with what was searched for. It is not kept. */
  item_name?: string;
  /** The brand; a model may know how the shopper takes to it. */
  item_brand?: string;
  /** The first level of the category path. */
  item_category?: string;
  /** The second level of the category path. */
  item_category2?: string;
  /** The third level of the category path. */
  item_category3?: string;
  /** The fourth level of the category path. */
  item_category4?: string;
  /** The fifth level of the category path. */
  item_category5?: string;
  /**
   * Major units (1.99). In an event: what one unit costs after `discount`, as GA4 defines it.
   * In a decision request: the price every shopper sees, from which the offer is taken off.
   */
  price?: number;
  /** Major units taken off one unit; 0 when absent. */
  discount?: number;
  /** Units; 1 when absent. */
  quantity?: number;
  /** In a purchase: the offer it was sold under, so that its uses are counted; the event's own when absent. */
  coupon?: string;
  [field: string]: unknown;
}

/** The parameters of a GA4 e-commerce event; fields not listed are welcome and ignored. */
export interface Ga4Params {
  /** ISO 4217 code; says how many digits the minor unit has. */
  currency?: string;
  /** The sum of price × quantity; not used, since the items say more. */
  value?: number;
  /** In a purchase: the offer of all its items. */
  coupon?: string;
  /** The order's number; a purchase told twice under one number counts once. */
  transaction_id?: string;
  /** What was searched for. Only a model with words looks at it, and keeps where it points to, not what it says. */
  search_term?: string;
  /** The products the event is about. */
  items?: Ga4Item[];
  [field: string]: unknown;
}

/** A GA4 e-commerce event. */
export interface Ga4Event {
  /** What the shopper did. */
  name: Ga4EventName | (string & {});
  /** What GA4 sends along. */
  params: Ga4Params;
  /** When, on the clock given as `clock`; that clock's present time when absent. */
  timestamp_ms?: number;
}

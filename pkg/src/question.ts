import type { Product } from "./products.js";

/** What the engine is asked: a product at its list price, at a moment, and a number to draw with. */
export interface Question {
  group: number;
  list: number;
  now: number;
  seed: number;
  /** Absent where the model tells no products of one group apart. */
  product: Product | undefined;
  /** In the order of the model's attributes, NaN for missing. */
  attributes: number[];
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromDataLayer, fromGtag } from "../dist/node.js";

const params = { currency: "USD", items: [] };

test("reads_the_arguments_of_gtag", () => {
  assert.deepEqual(fromGtag("event", "purchase", params), { name: "purchase", params });
  assert.deepEqual(fromGtag("event", "purchase"), { name: "purchase", params: {} });
});

test("reads_an_entry_of_the_data_layer", () => {
  assert.deepEqual(fromDataLayer({ event: "purchase", ecommerce: params }), { name: "purchase", params });
});

test("reads_what_gtag_pushes_into_the_data_layer", () => {
  const pushed = (function () { return arguments; })("event", "view_item", params);
  assert.deepEqual(fromDataLayer(pushed), { name: "view_item", params });
});

test("gives_null_for_what_is_no_event", () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const entries = [null, 1, "event", {}, { ecommerce: null }, { event: "gtm.js" }, { event: 5, ecommerce: {} }, revoked.proxy];
  for (const entry of entries) assert.equal(fromDataLayer(entry), null);
  for (const args of [[], ["config", "G-1"], ["event", 5], ["js", new Date()]]) assert.equal(fromGtag(...args), null);
});

/** The masks equal the server's: both read tests/vectors. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { maskAddress } from "../../src/privacy/address.ts";
import { alias } from "../../src/privacy/alias.ts";
import { maskAttributes } from "../../src/privacy/attributes.ts";
import { maskBody } from "../../src/privacy/bodies.ts";
import { maskCss } from "../../src/privacy/css.ts";
import { createMask } from "../../src/privacy/mask.ts";
import { looksLikeCard, maskText } from "../../src/privacy/text.ts";
import type { Policy } from "../../src/wire.ts";

interface Vector {
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own inputs
  in: any;
  out: unknown;
  allow?: string[];
  told?: boolean;
  shown?: boolean;
  fonts?: boolean;
  proved?: boolean;
}

const policy = (allow: string[]): Policy => ({
  version: 1,
  allow,
  selectors: { mask: [], block: [], allow: [] },
  paths: [],
  sampling: 1,
  honour: { gpc: true, dnt: false },
});

const masks: Record<string, (vector: Vector) => unknown> = {
  text: (vector) => maskText(vector.in),
  css: ({ in: css, told, shown, fonts }) => {
    const names = [told && "text", shown && "images", fonts && "fonts"];
    return maskCss(css, new Set(names.filter((each) => typeof each === "string")));
  },
  urls: (vector) => maskAddress(vector.in, new Set(vector.allow)),
  cards: (vector) => looksLikeCard(vector.in),
  aliases: (vector) => alias(vector.in),
  attributes: (vector) => maskAttributes(vector.in, new Set(vector.allow), vector.proved ?? false),
  bodies: (vector) => maskBody(vector.in) ?? null,
  events: (vector) => createMask(policy(vector.allow ?? []))(vector.in),
};

for (const [name, mask] of Object.entries(masks)) {
  const vectors: Vector[] = JSON.parse(readFileSync(`../tests/vectors/${name}.json`, "utf8"));

  test(`${name} are masked as on the server`, () => {
    for (const vector of vectors) {
      const actual = JSON.parse(JSON.stringify(mask(vector)));
      assert.deepEqual(actual, vector.out, JSON.stringify(vector.in));
    }
  });
}

test("an event that the recorder already masked is not changed again", () => {
  const events: Vector[] = JSON.parse(readFileSync("../tests/vectors/events.json", "utf8"));
  for (const { out, allow } of events.filter((each) => each.out && !each.allow?.length))
    assert.equal(
      JSON.stringify(createMask(policy(allow ?? []))(out as never)),
      JSON.stringify(out),
    );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { PICTURE_CHARS, PICTURES_CHARS } from "../../src/limits.ts";
import { createMask } from "../../src/privacy/mask.ts";
import { isPicture } from "../../src/privacy/pictures.ts";

const HEAD = "data:image/png;base64,";
const picture = (length: number): string => HEAD.padEnd(length, "A");
const mask = createMask({
  version: 1,
  allow: ["images"],
  selectors: { mask: [], block: [], allow: [] },
  paths: [],
  sampling: 1,
  honour: { gpc: true, dnt: false },
});

function shown(count: number): boolean[] {
  const image = { type: 2, tagName: "img", childNodes: [], id: 2 };
  const attributes = { src: picture(PICTURE_CHARS) };
  const childNodes = Array.from({ length: count }, () => ({ ...image, attributes }));
  const node = { type: 0, childNodes, id: 1 };
  const kept = mask({ type: 2, data: { node, initialOffset: {} }, timestamp: 1 })?.data.node;
  return kept.childNodes.map((each: typeof image & { attributes: { src: string | null } }) =>
    Boolean(each.attributes.src),
  );
}

test("a picture may be as long as ingest keeps it, and not a letter longer", () => {
  assert.ok(isPicture(picture(PICTURE_CHARS)));
  assert.ok(!isPicture(picture(PICTURE_CHARS + 1)));
});

test("a page's pictures fit into a batch: those that come last are left out", () => {
  const most = PICTURES_CHARS / PICTURE_CHARS;
  assert.deepEqual(shown(most + 1), [...Array(most).fill(true), false]);
});

test("each snapshot has room for its pictures anew", () => {
  assert.deepEqual(shown(1), [true]);
});

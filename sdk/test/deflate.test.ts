import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { gzip } from "../src/deflate.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A generator of numbers below 2 ** 32 that repeats itself: mulberry32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const same = (data: Uint8Array) => assert.deepEqual(gunzipSync(gzip(data)), Buffer.from(data));

test("nothing and single bytes survive", () => {
  same(new Uint8Array());
  for (let byte = 0; byte < 256; byte++) same(new Uint8Array([byte]));
});

test("a run of every length survives", () => {
  for (let length = 1; length < 600; length++) same(bytes("a".repeat(length)));
});

test("a match at every distance up to the window's end and past it survives", () => {
  const next = numbers(1);
  for (const distance of [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257, 1024, 8191, 16384, 32767, 32768, 32769,
  ]) {
    const filler = Uint8Array.from({ length: distance }, () => next() & 255);
    same(new Uint8Array([...filler, ...filler.subarray(0, 300)]));
  }
});

test("random texts of few and of many letters survive", () => {
  const next = numbers(2);
  for (let round = 0; round < 300; round++) {
    const letters = 1 + (next() % 256);
    same(Uint8Array.from({ length: next() % 5000 }, () => next() % letters));
  }
});

test("it is one member without optional fields", () => {
  const packed = gzip(bytes("hello"));
  assert.deepEqual([...packed.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
});

test("events pack at most half as large again as zlib packs them", () => {
  const next = numbers(3);
  const event = () => ({
    type: 3,
    data: { source: 1, positions: [{ x: next() % 1280, y: next() % 800, id: next() % 900 }] },
    timestamp: 1795439274062 + (next() % 10_000),
  });
  const lines = bytes(Array.from({ length: 2000 }, () => `${JSON.stringify(event())}\n`).join(""));
  assert.ok(gzip(lines).length <= 1.5 * gzipSync(lines).length);
});

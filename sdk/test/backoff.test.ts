import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../src/backoff.ts";
import { BACKOFF_FIRST_MS, BACKOFF_LONGEST_MS, RETRY_AFTER_LONGEST_MS } from "../src/limits.ts";

test("waits double from the first to the longest", () => {
  const waits = [1, 2, 3, 20].map((attempt) => backoff(attempt, 0, 1));
  assert.deepEqual(waits, [1, 2, 4].map((n) => n * BACKOFF_FIRST_MS).concat(BACKOFF_LONGEST_MS));
});

test("jitter takes away up to half", () => {
  assert.equal(backoff(1, 0, 0), BACKOFF_FIRST_MS / 2);
});

test("a server's wish is the least that is waited, up to a day", () => {
  assert.ok(backoff(1, 60_000, 0) >= 60_000);
  assert.ok(backoff(1, 1e12, 1) <= RETRY_AFTER_LONGEST_MS + BACKOFF_FIRST_MS);
});

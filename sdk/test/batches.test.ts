import assert from "node:assert/strict";
import { test } from "node:test";
import { createBatches } from "../src/batches.ts";
import { BATCH_EVENTS, BATCH_RAW_CHARS } from "../src/limits.ts";
import { World } from "./world.ts";

function rig() {
  const world = new World();
  const sealed: { text: string; events: number }[] = [];
  const batches = createBatches(
    world,
    () => 10_000,
    (text, events) => sealed.push({ text, events }),
  );
  return { world, sealed, batches };
}

const event = (size = 0) => ({ type: 4, data: { href: "x".repeat(size) }, timestamp: 1 });

test("a batch is sealed an interval after its first event", async () => {
  const { world, sealed, batches } = rig();
  batches.add(event());
  await world.pass(5_000);
  batches.add(event());
  await world.pass(4_999);
  assert.equal(sealed.length, 0);
  await world.pass(1);
  assert.equal(sealed[0]?.events, 2);
  assert.equal(sealed[0]?.text.split("\n").length, 3);
});

test("an empty batch is never sealed", async () => {
  const { world, sealed, batches } = rig();
  batches.seal();
  await world.pass(60_000);
  assert.equal(sealed.length, 0);
});

test("a batch never passes its size, but for one event that does so alone", () => {
  const { sealed, batches } = rig();
  batches.add(event(BATCH_RAW_CHARS / 2));
  batches.add(event(BATCH_RAW_CHARS / 2));
  assert.equal(sealed.length, 1);
  batches.add(event(2 * BATCH_RAW_CHARS));
  assert.deepEqual(
    sealed.map(({ events }) => events),
    [1, 1, 1],
  );
});

test("a batch holds its most events and no more", () => {
  const { sealed, batches } = rig();
  for (let count = 1; count < BATCH_EVENTS; count++) batches.add(event());
  assert.equal(sealed.length, 0);
  batches.add(event());
  assert.equal(sealed[0]?.events, BATCH_EVENTS);
});

test("what is cleared is never sealed", async () => {
  const { world, sealed, batches } = rig();
  batches.add(event());
  batches.clear();
  await world.pass(60_000);
  assert.equal(sealed.length, 0);
});

test("of one field's typing in one second only the last is kept", () => {
  const { sealed, batches } = rig();
  const typed = (text: string, timestamp: number) => ({
    type: 3,
    data: { source: 5, id: 1, text },
    timestamp,
  });
  for (const each of [typed("a", 1_000), typed("b", 1_999), typed("c", 2_000)]) batches.add(each);
  batches.seal();
  assert.equal(sealed[0]?.events, 2);
});

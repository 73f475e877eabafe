import assert from "node:assert/strict";
import { test } from "node:test";
import { Delivery } from "../src/delivery.ts";
import { KEEPALIVE_BYTES } from "../src/limits.ts";
import { Outbox } from "../src/outbox.ts";
import { createTransport } from "../src/transport.ts";
import { anyStream, World } from "./world.ts";

const FAREWELL = '{"type":3}\n';

function rig(bound?: number) {
  const world = new World();
  const calls: string[] = [];
  const remedies = {
    renew: async () => calls.push("renew") > 0,
    rollOver: async () => calls.push("rollOver") > 0,
    outdated: () => void calls.push("outdated"),
    lost: () => void calls.push("lost"),
  };
  const outbox = new Outbox(bound);
  const delivery = new Delivery(world, createTransport(world), remedies, outbox);
  const numbers = () => world.sent.map(({ header }) => header.seq);
  return { world, calls, outbox, delivery, numbers, stream: anyStream(world) };
}

/** Text that does not compress. */
const noise = (bytes: number) =>
  Array.from({ length: bytes }, () => Math.floor(Math.random() * 36).toString(36)).join("");

test("a lost connection is retried with the same number, and later ones wait for it", async () => {
  const { world, delivery, numbers, stream, outbox } = rig();
  world.answers = ["lost", { status: 500 }, { status: 503 }];
  void delivery.add(stream, "a\n", 1);
  void delivery.add(stream, "b\n", 1);
  await world.pass(60_000);
  assert.deepEqual(numbers(), [0, 0, 0, 0, 1]);
  assert.equal(outbox.queue.length, 0);
  assert.equal(stream.dropped, 0);
});

test("Retry-After is waited to the second, from the header or the body", async () => {
  for (const answer of [
    { status: 429, headers: { "Retry-After": "30" } },
    { status: 503, body: { retry: true, retry_after_s: 30 } },
  ]) {
    const { world, delivery, stream } = rig();
    world.answers = [answer];
    void delivery.add(stream, "a\n", 1);
    await world.pass(30_000);
    assert.equal(world.sent.length, 1);
    await world.pass(1_000);
    assert.equal(world.sent.length, 2);
  }
});

test("a refusal that is final drops the batch, counts its events and goes on", async () => {
  const finals = [400, 404, 413, 422].map((status) => ({ status, body: { retry: false } }));
  for (const answer of [...finals, { status: 429, body: { retry: false } }]) {
    const { world, calls, delivery, stream, outbox } = rig();
    world.answers = [answer];
    void delivery.add(stream, "a\n", 3);
    void delivery.add(stream, "b\n", 1);
    await world.pass(1_000);
    assert.equal(outbox.queue.length, 0);
    assert.equal(stream.dropped, 3);
    assert.deepEqual(calls, ["lost"]);
    assert.equal(world.sent[1]?.header.dropped, 3);
  }
});

test("a token is tried afresh twice, then the batch is given up", async () => {
  const { world, calls, delivery, stream } = rig();
  world.answers = [{ status: 401 }, { status: 401 }, { status: 401 }];
  void delivery.add(stream, "a\n", 1);
  await world.pass(1_000);
  assert.deepEqual(calls, ["renew", "renew", "lost"]);
  assert.equal(stream.dropped, 1);
});

test("an erased session takes its batch along", async () => {
  const { world, calls, delivery, stream, outbox } = rig();
  world.answers = [{ status: 410, body: { retry: false } }];
  void delivery.add(stream, "a\n", 1);
  await world.pass(1_000);
  assert.deepEqual(calls, ["renew"]);
  assert.equal(outbox.queue.length, 0);
});

test("a duplicate is foreign at first and our own after a doubtful attempt", async () => {
  const duplicate = { status: 202, body: { duplicate: true } };
  const foreign = rig();
  foreign.world.answers = [duplicate];
  void foreign.delivery.add(foreign.stream, "a\n", 1);
  await foreign.world.pass(1_000);
  assert.deepEqual(foreign.calls, ["rollOver"]);
  for (const first of ["lost" as const, { status: 500 }, { status: 503 }]) {
    const own = rig();
    own.world.answers = [first, duplicate];
    void own.delivery.add(own.stream, "a\n", 1);
    await own.world.pass(10_000);
    assert.deepEqual(own.calls, []);
    assert.equal(own.outbox.queue.length, 0);
  }
});

test("a full outbox drops its oldest and says how much", async () => {
  const { world, calls, delivery, stream, outbox } = rig(10_000);
  world.answers = Array.from({ length: 50 }, () => "lost" as const);
  for (let batch = 0; batch < 6; batch++) {
    void delivery.add(stream, noise(4_000), 10);
    await world.settle();
  }
  const held = outbox.queue.reduce((sum, { packed }) => sum + (packed?.length ?? 0), 0);
  assert.ok(held <= 10_000);
  assert.ok(outbox.queue.length >= 2);
  assert.equal(stream.dropped, 10 * (6 - outbox.queue.length));
  assert.ok(calls.includes("lost"));
});

test("keepalive requests never hold more than their share", async () => {
  const { world, delivery, stream } = rig();
  world.answers = ["lost"];
  for (let batch = 0; batch < 4; batch++) void delivery.add(stream, noise(40_000), 1);
  await world.settle();
  delivery.flushFinal(stream, FAREWELL);
  await world.settle();
  const kept = world.sent.filter(({ keepalive }) => keepalive);
  const bytes = kept.reduce((sum, { header }) => sum + JSON.stringify(header).length, 0);
  assert.ok(bytes < KEEPALIVE_BYTES);
  const last = world.sent.at(-1)?.header;
  assert.equal(last?.final, true);
  assert.ok(Number(last?.dropped) >= 1);
});

test("the last batch is the one in hand, or a farewell, or none on a page that sent nothing", async () => {
  const inHand = rig();
  void inHand.delivery.add(inHand.stream, "a\n", 1);
  inHand.delivery.flushFinal(inHand.stream, FAREWELL);
  await inHand.world.settle();
  assert.deepEqual(
    inHand.world.sent.map(({ header }) => header.final),
    [true],
  );

  const sentBefore = rig();
  void sentBefore.delivery.add(sentBefore.stream, "a\n", 1);
  await sentBefore.world.settle();
  sentBefore.delivery.flushFinal(sentBefore.stream, FAREWELL);
  await sentBefore.world.settle();
  assert.deepEqual(
    sentBefore.world.sent.map(({ header }) => header.final),
    [false, true],
  );

  const silent = rig();
  silent.delivery.flushFinal(silent.stream, FAREWELL);
  await silent.world.settle();
  assert.equal(silent.world.sent.length, 0);
});

test("a page that was told to be quiet stays quiet even when hidden", async () => {
  const { world, delivery, stream } = rig();
  world.answers = [{ status: 429, body: { retry: true, retry_after_s: 60 } }];
  void delivery.add(stream, "a\n", 1);
  await world.settle();
  delivery.flush();
  await world.settle();
  assert.equal(world.sent.length, 1);
});

test("what is halted sends nothing and keeps nothing", async () => {
  const { world, delivery, stream, outbox } = rig();
  world.answers = ["lost"];
  void delivery.add(stream, "a\n", 1);
  await world.settle();
  delivery.halt();
  await world.pass(60_000);
  assert.equal(world.sent.length, 1);
  assert.equal(outbox.queue.length, 0);
});

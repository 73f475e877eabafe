/**
 * Masks recorded batches as the SDK does under a policy that allows nothing.
 * Reads a JSON list of NDJSON texts, writes the list of masked ones.
 */
import { readFileSync } from "node:fs";
import { load } from "../sdk/masks.mjs";

const { createMask, mergeInputs } = await load('export * from "./mask.ts";');

const selectors = { mask: [], block: [], allow: [] };
const honour = { gpc: true, dnt: false };
const policy = { version: 1, allow: [], selectors, paths: [], sampling: 1, honour };
const mask = createMask(policy);

function masked(ndjson) {
  const lines = ndjson.split("\n").filter(Boolean);
  const events = lines.map((line) => mask(JSON.parse(line))).filter(Boolean);
  return mergeInputs(events)
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(masked)));

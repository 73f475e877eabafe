/** Masks what it reads, a JSON list of [capabilities, event], with the SDK's masks. */
import { readFileSync } from "node:fs";
import { load } from "../../sdk/masks.mjs";

const { createMask } = await load('export * from "./mask.ts";');

const selectors = { mask: [], block: [], allow: [] };
const mask = ([allow, event]) => createMask({ allow, selectors })(event);
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(mask)));

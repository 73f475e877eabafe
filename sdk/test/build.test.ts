import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { SDK_VERSION } from "../src/limits.ts";

test("the version told to the server is the package's", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  assert.equal(SDK_VERSION, version);
});

test("the one file starts no worker, messages no window and evaluates no text", {
  skip: !existsSync("dist/sealtape.js") && "npm run build first",
}, () => {
  const file = readFileSync("dist/sealtape.js", "utf8");
  for (const call of ["Worker(", "postMessage(", "eval(", "Function("]) {
    assert.ok(!new RegExp(`\\b${call.replace("(", "\\(")}`).test(file), call);
  }
});

test("a server that renders pages may import the module", {
  skip: !existsSync("dist/sealtape.mjs") && "npm run build first",
}, async () => {
  const { href } = new URL("dist/sealtape.mjs", `file://${process.cwd()}/`);
  const { init } = await import(href);
  assert.equal(init({ key: "stk_a", endpoint: "" }), undefined);
});

/** Masks what it reads, a JSON list of [capabilities, event], with the SDK's masks. Run in sdk/. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { build } = createRequire(join(process.cwd(), "package.json"))("esbuild");
const { outputFiles } = await build({
  entryPoints: ["src/privacy/mask.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`;
const { createMask } = await import(url);

const selectors = { mask: [], block: [], allow: [] };
const mask = ([allow, event]) => createMask({ allow, selectors })(event);
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(mask)));

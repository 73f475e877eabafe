/** Masks what it reads, a JSON list of texts, with the SDK's masks. Run in sdk/. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { build } = createRequire(join(process.cwd(), "package.json"))("esbuild");
const contents = `export { maskCss, maskValue } from "./css.ts";
export { maskText } from "./text.ts";
export { maskAddress } from "./address.ts";`;
const { outputFiles } = await build({
  stdin: { contents, resolveDir: "src/privacy" },
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`;
const { maskCss, maskValue, maskText, maskAddress } = await import(url);

const nothing = new Set();
const images = new Set(["images"]);
const all = new Set(["text", "images"]);
const fonts = new Set(["fonts"]);
const mask = (text) => [
  maskCss(text, nothing),
  maskCss(text, all),
  maskValue(text, nothing),
  maskValue(text, all, "grid-area"),
  maskCss(text, images),
  maskCss(text, fonts),
  maskValue(text, fonts, "font"),
  maskText(text),
  maskAddress(text, new Set()),
];
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(mask)));

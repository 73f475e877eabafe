/** Masks what it reads, a JSON list of texts, with the SDK's masks. */
import { readFileSync } from "node:fs";
import { load } from "../../sdk/masks.mjs";

const contents = `export { maskCss, maskValue } from "./css.ts";
export { maskText } from "./text.ts";
export { maskAddress } from "./address.ts";`;
const { maskCss, maskValue, maskText, maskAddress } = await load(contents);

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

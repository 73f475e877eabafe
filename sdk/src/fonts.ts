/** Web fonts that the page has loaded, copied into the recording where the policy allows it. */
import { dataUrl } from "./drawings.ts";
import { browser } from "./environment.ts";
import { guard, listen, quietly } from "./guards.ts";
import { FONT_CHARS, FONTS_CHARS } from "./limits.ts";

/** How a font file of each kind begins, in base64. */
const KINDS: Record<string, string> = { d09GM: "woff2", d09GR: "woff", T1RUT: "otf", AAEAA: "ttf" };
const NAMES = ["font-family", "font-style", "font-weight", "unicode-range"];
/** An address of a rule's `src`, and the first word of its format. */
const SOURCE = /url\("?(.*?)"?\)(?: format\("(\w+))?/g;
const BASE64 = /^[\w+/]+=*$/;

/** Where each copy is the browser's own: it has the file, and asks nobody for it again. */
const fetched = (url: string): Promise<Response> => browser.fetch(url, { cache: "force-cache" });

/** What may be kept of a font file, as a data: address; `undefined` of none. */
async function read(url: string): Promise<string | undefined> {
  const address = url.startsWith("data:") ? url : await dataUrl(await (await fetched(url)).blob());
  const base64 = address.split(";base64,")[1] ?? "";
  const kind = KINDS[base64.slice(0, 5)];
  return kind && BASE64.test(base64) ? `data:font/${kind};base64,${base64}` : undefined;
}

const bare = (name: string): string => name.replace(/["']/g, "");

/** Whether the page uses the font of a rule: of a hundred that it names, a browser loads a few. */
const isLoaded = (family: string, style: string, weight: string, range: string): boolean =>
  [...document.fonts].some(
    (each) =>
      each.status === "loaded" &&
      bare(each.family) === bare(family) &&
      each.style === (style || "normal") &&
      each.weight === (weight || "normal") &&
      each.unicodeRange === (range || "U+0-10FFFF"),
  );

/** Notes each font once it is loaded, until the answered function is called. */
export function watchFonts(note: (font: unknown) => void): () => void {
  const seen = new Set<string>();
  let room = FONTS_CHARS;
  let live = true;

  async function keep({ style: face, cssText }: CSSFontFaceRule, base: string): Promise<void> {
    const of = (name: string) => face.getPropertyValue(name);
    const [family, style, weight, range] = NAMES.map(of) as [string, string, string, string];
    if (seen.has(cssText) || !isLoaded(family, style, weight, range)) return;
    seen.add(cssText);
    for (const [, url = "", format = "woff"] of of("src").matchAll(SOURCE)) {
      const src = /woff|type/.test(format) && (await read(new URL(url, base).href));
      if (!live || !src || src.length > Math.min(room, FONT_CHARS)) continue;
      room -= src.length;
      return note({ family, style, weight, range, src });
    }
  }

  function walk(rules: CSSRuleList, base: string): void {
    for (const rule of rules) {
      const { cssRules, styleSheet } = rule as CSSGroupingRule & CSSImportRule;
      if (rule.type === CSSRule.FONT_FACE_RULE) quietly(keep(rule as CSSFontFaceRule, base));
      else if (styleSheet) open(styleSheet);
      else if (cssRules) walk(cssRules, base);
    }
  }

  const open = (sheet: CSSStyleSheet): void => {
    const base = sheet.href ?? document.baseURI;
    try {
      walk(sheet.cssRules, base);
    } catch {
      // Of another origin: read as the fonts themselves are, where that origin permits it.
      quietly(
        fetched(base).then(async (answer) => {
          const copy = new CSSStyleSheet();
          copy.replaceSync(await answer.text());
          walk(copy.cssRules, base);
        }),
      );
    }
  };

  const look = guard(() => [...document.styleSheets, ...document.adoptedStyleSheets].map(open));
  const rest = listen(document.fonts, "loadingdone", look);
  look();
  return () => {
    live = false;
    rest();
  };
}

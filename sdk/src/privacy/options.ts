/** How rrweb records under a policy: what it need not see, it does not look at. */
import type { Policy } from "../wire.ts";
import { maskInput, maskText } from "./text.ts";

const MEDIA = "img,picture,video,audio,canvas,object,embed,input[type=image]";

/** A selector that does not parse applies to everything: it can only narrow. */
function parsed(selector: string): string {
  try {
    document.querySelector(selector);
    return selector;
  } catch {
    return "*";
  }
}

// biome-ignore lint/suspicious/noExplicitAny: spread into rrweb's own options type
export function recordOptions(policy: Policy): any {
  const allow = new Set(policy.allow);
  const { mask, block } = policy.selectors;
  const images = allow.has("images");
  const blocked = ["[data-seal=block]", ...block.map(parsed)];
  if (!images) blocked.push(MEDIA);
  return {
    blockSelector: blocked.join(),
    maskTextSelector: ["[data-seal=mask]", ...mask.map(parsed)].join(),
    maskTextFn: maskText,
    maskAllInputs: !allow.has("inputs"),
    maskInputFn: maskInput,
    inlineStylesheet: true,
    inlineImages: images,
    recordCanvas: false,
    collectFonts: false,
    recordCrossOriginIframes: false,
    slimDOMOptions: "all",
  };
}

/** How rrweb records under a policy: what it need not see, it does not look at. */
import type { Policy } from "../wire.ts";
import { createMarks } from "./fields.ts";
import { parsed } from "./selectors.ts";
import { maskInput, maskText } from "./text.ts";

const MEDIA = "img,picture,video,audio";
/** Empty boxes whatever is allowed: a replay runs no script and fetches nothing to fill them with. */
const OPAQUE = "object,embed,input[type=image]";

// biome-ignore lint/suspicious/noExplicitAny: spread into rrweb's own options type
export function recordOptions(policy: Policy): any {
  const { allow, selectors } = policy;
  const masked = createMarks(policy);
  const images = allow.includes("images");
  const block = ["[data-seal=block],.rr-block", OPAQUE, ...selectors.block.map(parsed)];
  if (!images) block.push(MEDIA);
  if (!allow.includes("canvas")) block.push("canvas");
  return {
    blockSelector: block.join(),
    // Where no text is told, the mask of the event does it all, and rrweb need not look.
    ...(allow.includes("text") && {
      maskTextSelector: ["[data-seal=mask]", ...selectors.mask.map(parsed)].join(),
      maskTextFn: (text: string, element: Element | null) =>
        element && !masked(element) ? text : maskText(text),
    }),
    maskAllInputs: !allow.includes("inputs"),
    maskInputFn: maskInput,
    inlineImages: images,
    // A photograph as PNG, rrweb's default, would mostly be longer than a picture may be.
    dataURLOptions: { type: "image/webp", quality: 0.8 },
  };
}

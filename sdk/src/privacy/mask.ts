/** The mask of every event that leaves the recorder. */
import { PICTURES_CHARS } from "../limits.ts";
import type { Policy, RecordedEvent } from "../wire.ts";
import { maskAddress } from "./address.ts";
import { maskChange } from "./changes.ts";
import { maskCustom } from "./customs.ts";
import { type Bound, createBound, type Page, UNKNOWN } from "./fields.ts";
import { maskNode } from "./nodes.ts";

export { mergeInputs } from "./inputs.ts";
export { recordOptions } from "./options.ts";

// biome-ignore lint/suspicious/noExplicitAny: rrweb's data is a union of 20 shapes
function maskData({ type, data }: RecordedEvent, bound: Bound): any {
  switch (type) {
    case 0:
    case 1:
      return {};
    case 2:
      bound.room.left = PICTURES_CHARS;
      bound.drawings.clear();
      return { ...data, node: maskNode(data.node, bound) };
    case 3:
      return maskChange(data, bound);
    case 4:
      return { ...data, href: maskAddress(data.href, bound.allow) };
    case 5: {
      const payload = maskCustom(data.tag, data.payload, bound.allow);
      return payload && { ...data, payload };
    }
  }
  return null;
}

/**
 * Returns the function that turns an event into what the policy lets leave the page, or null.
 * What `page` does not know is masked. `bound`: shared with who else needs to know it.
 */
export function createMask(
  policy: Policy,
  page: Page = UNKNOWN,
  bound = createBound(policy, page),
): (event: RecordedEvent) => RecordedEvent | null {
  return (event) => {
    const data = maskData(event, bound);
    return data && { type: event.type, data, timestamp: event.timestamp };
  };
}

/** The mask of every event that leaves the recorder. */
import type { Policy, RecordedEvent } from "../wire.ts";
import { maskAddress } from "./address.ts";
import { type FieldOf, maskChange } from "./changes.ts";
import { maskCustom } from "./customs.ts";
import { type Allow, maskNode } from "./nodes.ts";

export { mergeInputs } from "./inputs.ts";
export { recordOptions } from "./options.ts";

// biome-ignore lint/suspicious/noExplicitAny: rrweb's data is a union of 20 shapes
function maskData({ type, data }: RecordedEvent, allow: Allow, fieldOf: FieldOf): any {
  switch (type) {
    case 0:
    case 1:
      return {};
    case 2:
      return { ...data, node: maskNode(data.node, allow) };
    case 3:
      return maskChange(data, allow, fieldOf);
    case 4:
      return { ...data, href: maskAddress(data.href, allow) };
    case 5: {
      const payload = maskCustom(data.tag, data.payload, allow);
      return payload && { ...data, payload };
    }
  }
  return null;
}

/**
 * Returns the function that turns an event into what the policy lets leave the page, or null.
 * `fieldOf` tells a node's field; without it no typed value is told.
 */
export function createMask(
  policy: Policy,
  fieldOf: FieldOf = () => null,
): (event: RecordedEvent) => RecordedEvent | null {
  const allow = new Set(policy.allow);
  return (event) => {
    const data = maskData(event, allow, fieldOf);
    return data && { type: event.type, data, timestamp: event.timestamp };
  };
}

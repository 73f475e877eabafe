/** What stands in the page's fields of the never-list: a page may send it under any name. */
import { neverField } from "./attributes.ts";
import { MARK } from "./passwords.ts";

/** A shorter value would stand in half of all texts. */
const SHORTEST = 3;

/** Answers the values, those in open shadow roots too. */
export function typedSecrets(root: ParentNode = document): string[] {
  return [...root.querySelectorAll<HTMLInputElement>("*")].flatMap((each) => {
    const { shadowRoot, value, type } = each;
    if (shadowRoot) return typedSecrets(shadowRoot);
    const told = value?.length >= SHORTEST;
    return told && (each.hasAttribute(MARK) || neverField(type, each.getAttribute("autocomplete")))
      ? [value]
      : [];
  });
}

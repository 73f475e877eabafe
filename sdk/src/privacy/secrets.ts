/** What stands in the page's fields of the never-list: a page may send it under any name. */
import { neverField } from "./attributes.ts";
import { MARK } from "./passwords.ts";

/** A shorter value would stand in half of all texts. */
const SHORTEST = 3;

/**
 * Answers the values, those in open shadow roots too. Of other elements none is asked for: what a
 * custom one calls its value may be the page's own code.
 */
export function typedSecrets(root: ParentNode = document): string[] {
  return [...root.querySelectorAll<HTMLInputElement>("*")].flatMap((each) => {
    if (each.shadowRoot) return typedSecrets(each.shadowRoot);
    const told = (name: string) => each.getAttribute(name);
    return (told(MARK) || neverField(told("type"), told("autocomplete"))) &&
      each.value?.length >= SHORTEST
      ? [each.value]
      : [];
  });
}

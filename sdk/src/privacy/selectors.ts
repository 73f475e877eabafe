/** The policy's selectors, which a member wrote and nobody could try on this page. */

/** A selector that does not parse applies to everything: it can only narrow. */
export function parsed(selector: string): string {
  try {
    document.querySelector(selector);
    return selector;
  } catch {
    return "*";
  }
}

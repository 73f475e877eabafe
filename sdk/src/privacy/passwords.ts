/** A field that ever was a password is one for good, also while nothing is recorded. */

/** The recorder's own mark: it sees no more of a page than what happens while it records. */
export const MARK = "data-rr-is-password";

let observer: MutationObserver | undefined;

/** Marks password fields of a shadow root, or of a frame's document, as well. */
export function watchRoot(root: Node | null): void {
  const attributeFilter = ["type"];
  if (root) observer?.observe(root, { subtree: true, attributeFilter, attributeOldValue: true });
}

/** Marks password fields whose type changes, until the answered function is called. */
export function watchPasswords(): () => void {
  const mine = new MutationObserver((changes) => {
    for (const { oldValue, target } of changes)
      if (/^password$/i.test(oldValue ?? "")) (target as Element).setAttribute(MARK, "true");
  });
  observer = mine;
  watchRoot(document);
  return () => mine.disconnect();
}

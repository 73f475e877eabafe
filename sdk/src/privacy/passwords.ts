/** A field that ever was a password is one for good, also while nothing is recorded. */

/** The recorder's own mark: it sees no more of a page than what happens while it records. */
const MARK = "data-rr-is-password";

/** Marks password fields whose type changes, until the answered function is called. */
export function watchPasswords(): () => void {
  const observer = new MutationObserver((changes) => {
    for (const { oldValue, target } of changes)
      if (/^password$/i.test(oldValue ?? "")) (target as Element).setAttribute(MARK, "true");
  });
  const attributeFilter = ["type"];
  observer.observe(document, { subtree: true, attributeFilter, attributeOldValue: true });
  return () => observer.disconnect();
}

/** Arrow keys (or j and k) move between the rows of a table whose rows hold one `.row-link` each; Enter follows it. */

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** True if the key belongs to something else: a menu, or letters typed into the filter. */
function taken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target as HTMLElement;
  if (target.closest("[role=menu], select")) return true;
  return target.matches("input") && event.key !== "ArrowDown";
}

/** Moves the focus from row to row; without a focused row it takes the first. */
export function moveInRows(event: KeyboardEvent): void {
  if (taken(event)) return;
  const links = [...document.querySelectorAll<HTMLElement>(".row-link")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const by = STEPS[event.key];
  let target: HTMLElement | undefined;
  if (by !== undefined) target = links[Math.min(links.length - 1, Math.max(0, at + by))];
  else if (event.key === "Home") target = links[0];
  else if (event.key === "End") target = links.at(-1);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.closest("tr")?.scrollIntoView({ block: "nearest" });
}

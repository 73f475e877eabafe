/** Numbers as people read them, always with a unit. */

const KIB = 1024;

/** `1536` becomes `1.5 KB`. Units are powers of 1024, as storage consoles print them. */
export function bytes(count: number): string {
  if (count < KIB) return `${count} B`;
  const units = ["KB", "MB", "GB"];
  let value = count / KIB;
  let unit = 0;
  while (value >= KIB && unit < units.length - 1) {
    value /= KIB;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `plural(2, "page")` is `2 pages`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : many}`;
}

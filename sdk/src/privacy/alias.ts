/** Aliases of names; see lib/privacy/aliases.py, whose results these equal. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const REMEMBERED = 20_000;
const encoder = new TextEncoder();

function crc32(text: string): number {
  let crc = -1;
  for (const byte of encoder.encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

function letters(bits: number, count: number): string {
  let text = "";
  for (let at = 0; at < count; at++) text += LETTERS[(bits >>> (5 * at)) & 31];
  return text;
}

const checked = (body: string): string => `x-${body}${letters(crc32(body), 2)}`;

export const isAlias = (name: string): boolean =>
  /^x-[a-z2-7]{7}$/.test(name) && checked(name.slice(2, 7)) === name;

/** Answers `mask` with a bounded memory: names and attributes recur. */
export function remember(mask: (text: string) => string) {
  let known = new Map<string, string>();
  return (text: string): string => {
    let made = known.get(text);
    if (made === undefined) {
      made = mask(text);
      if (known.size > REMEMBERED) known = new Map();
      known.set(text, made);
    }
    return made;
  };
}

export const alias = remember((name) => {
  if (name === "rr-block" || name === ":hover" || isAlias(name)) return name;
  return checked(letters(crc32(name.replace(/[0-9]{4,}/g, "0")), 5));
});

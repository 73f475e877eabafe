/** Aliases of names; see lib/privacy/aliases.py, whose results these equal. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const REMEMBERED = 20_000;
const table = Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = (byte >>> 1) ^ (byte & 1 ? 0xedb88320 : 0);
  return byte;
});

/** CRC-32 (IEEE) of the text in UTF-8. */
function crc32(text: string): number {
  const ascii = /^[\0-\x7f]*$/.test(text);
  const bytes = ascii ? null : new TextEncoder().encode(text);
  let crc = -1;
  for (let at = 0; at < (bytes ?? text).length; at++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes?.[at] ?? text.charCodeAt(at))) & 255] as number);
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
  return checked(letters(crc32(name.replace(/[0-9](?:-?[0-9]){3,}/g, "0")), 5));
});

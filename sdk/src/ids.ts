/** Random identifiers: a prefix and 16 letters of RFC 4648 base32, lower case, 80 bits. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

export function newId(prefix: "t_" | "p_"): string {
  let id = prefix as string;
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) id += LETTERS[byte & 31];
  return id;
}

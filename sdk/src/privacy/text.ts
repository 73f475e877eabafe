/** Text masks; see lib/privacy/texts.py, whose results these equal. */

/** What Python's str.split() takes for whitespace. */
const SPACES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: str.split() takes them for whitespace
  /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;
const WIDE = /[\ud800-\udbff]/;
const INPUT_MASK = "xxxxxxxx";
const LONGEST = INPUT_MASK + INPUT_MASK;
/** What is not ASCII words with one space between them: little of what pages say. */
const ODD = /[^ -~]| {2}/;

const run = (length: number): string =>
  length <= 2 ? (length ? "xx" : "") : length <= 5 ? "xxxx" : length <= 11 ? INPUT_MASK : LONGEST;

function maskLine(line: string): string {
  const odd = ODD.test(line);
  let masked = "";
  for (const word of (odd ? line.replace(SPACES, " ") : line).split(" ")) {
    const wide = odd && WIDE.test(word);
    masked += ` ${run(wide ? word.replace(PAIR, "x").length : word.length)}`;
  }
  return masked.slice(1);
}

export const maskText = (text: string): string =>
  /[\r\n]/.test(text)
    ? text.replaceAll("\r", "").split("\n").map(maskLine).join("\n")
    : maskLine(text);

export const maskInput = (value: string): string => value && INPUT_MASK;

export const splitWords = (text: string): string[] => text.split(SPACES).filter(Boolean);

/** Whether `text` holds digits in groups as cards and accounts are printed. */
export const looksGrouped = (text: string): boolean =>
  text.match(/[0-9]{4}(?:[ -][0-9]{4}){2}/g) !== null; // V8 compiles what is global at once

/** Whether `text` holds 13 to 19 digits that pass Luhn's check: a payment card's number. */
export function looksLikeCard(text: string): boolean {
  return (text.match(/[0-9](?:[ \-.]?[0-9]){12,18}/g) ?? []).some((run) => {
    const digits = run.replace(/[ \-.]/g, "");
    let sum = 0;
    for (let at = 0; at < digits.length; at++) {
      const digit = Number(digits[digits.length - 1 - at]) * ((at % 2) + 1);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 === 0;
  });
}

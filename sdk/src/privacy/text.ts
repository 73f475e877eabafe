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

// ASCII, Arabic, Persian, Hindi, full width; and what stands between groups, zero-width ones too.
const DIGIT = "[0-9\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\uff10-\\uff19]";
const GAP = "[ \\t\\n\\r.\\xa0\\xad\\u2000-\\u2015\\u202f\\u205f\\u2060\\u3000\\ufeff-]";
const RUN = new RegExp(`${DIGIT}(?:${GAP}{0,3}${DIGIT}){12,}`, "g");
const GAPS = new RegExp(`${GAP}+`);

/** Luhn's check of 13 to 19 digits; of digits beyond ASCII it is assumed. */
function passes(digits: string): boolean {
  const { length } = digits;
  if (length < 13 || length > 19) return false;
  let sum = 0;
  for (let at = 0; at < length; at++) {
    const digit = Number(digits[length - 1 - at]) * ((at % 2) + 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return !(sum % 10);
}

/** Whether a line of numbers, as CSS has many, is one card's number and no more. */
export const tellsCard = (css: string): boolean =>
  (css.match(/[0-9](?:[ \-.]?[0-9]){12,18}/g) ?? []).some((run) =>
    passes(run.replace(/[ \-.]/g, "")),
  );

/** Whether `text` holds a card's number: what else stands there may have digits, too. */
export const looksLikeCard = (text: string): boolean =>
  (text.match(RUN) ?? []).some((run) => {
    const groups = run.split(GAPS);
    return groups.some((first, start) => {
      let digits = "";
      return (
        (!start || /^[2-6].{3}/.test(first)) &&
        groups.slice(start, start + 19).some((group) => {
          digits += group;
          return passes(digits);
        })
      );
    });
  });

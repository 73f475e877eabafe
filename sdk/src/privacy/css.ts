/** CSS masks; see lib/privacy/css_tokens.py and stylesheets.py, whose results these equal. */
import { alias, isAlias, remember } from "./alias.ts";
import { putAside, putBack } from "./pictures.ts";
import { BLOCKS, KINDS, TAGS, WORDS } from "./rules.ts";
import { looksGrouped, looksLikeCard, tellsCard } from "./text.ts";

/** A letter before each word's rest says how much it shares with the last: A is nothing. */
function unfold(folded: string): Set<string> {
  let last = "";
  return new Set(
    folded.match(/[A-Z][^A-Z]*/g)?.map(([letter = "", ...rest]) => {
      last = last.slice(0, letter.charCodeAt(0) - 65) + rest.join("");
      return last;
    }),
  );
}

const words = unfold(WORDS);
/** Elements' names that are no words of CSS. */
export const tags = unfold(TAGS);
const blocks = new Set(BLOCKS.split(" "));
export const kinds = new Map<string, string>();
for (const [kind, names] of Object.entries(KINDS))
  for (const name of names.split(" ")) kinds.set(name, kind);

const NAME = "[^\\x00-,./:-@\\[-^`{-\\x7f]";
const START = "[^\\x00-@\\[-^`{-\\x7f]";
const ESCAPE = "\\\\(?:[0-9a-fA-F]{1,6}[ \\t\\n\\f\\r]?|[^\\n0-9a-fA-F])";
const QUOTED = `"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?`;
const COMMENT = "/\\*[^*]*(?:\\*(?!/)[^*]*)*(?:\\*/)?";
const URL = `[uU][rR][lL]\\([ \\t\\n\\r\\f]*(?:${QUOTED}|(?:[^)\\\\"']|\\\\.)*)[^)]*\\)?`;
const STRIP = new RegExp(`(${COMMENT})|(${URL})|(${QUOTED})`, "gs");
const STRIP_ESCAPED = new RegExp(
  `(${COMMENT})|(${URL})|(${QUOTED})|(${NAME}*(?:${ESCAPE}${NAME}*)+)|\\\\`,
  "gs",
);
const FRAGMENT = new RegExp(
  `^url\\([ \\t\\n\\r\\f]*["']?#(${NAME}+)["']?[ \\t\\n\\r\\f]*\\)$`,
  "i",
);
const STRING_WORDS = new RegExp(`^(?:${NAME}|[ .])*$`);
const BLANK = "[\\x00-\\x20\\x7f\\\\`'<]+";
const BLANKS = new RegExp(BLANK, "g");
const LAST_BLANKS = new RegExp(`${BLANK}$`);
const TOKENS = `#${NAME}+|"[^"]*"?|--${NAME}*|[0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]+)*|-?${START}${NAME}*\\(?|${BLANK}`;
const SELECTOR = new RegExp(`\\.${START}${NAME}*|\\[[^\\]]*\\]?|${TOKENS}`, "gs");
const VALUE = new RegExp(`url\\(#${NAME}+\\)|url\\(\\][0-9]+\\)|${TOKENS}`, "gs");
const ATTRIBUTE = new RegExp(
  `^\\[ ?(${NAME}+) ?(?:([~|^$*]?=) ?(?:"([^"]*)"|(${NAME}+)) ?[isIS]? ?)?\\]$`,
);
const CUSTOM = new RegExp(`^--${NAME}*$`);
const FONT = /^font(?:-family)?$/i;
/** What an icon font's rule puts before an element. */
const ICON = /^[\ue000-\uf8ff\u{f0000}-\u{10fffd}]{1,2}$/u;
const NAMING = /^(?!--)-?[a-z-]*(?:animation|container|grid)/i;
const COLOUR = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
/** Five digits that no unit follows, but for the largest of layers; a date; ten digits in groups. */
const TELLING = /(?!99999)[0-9]{5}(?![0-9.]*[a-z%])|[0-9]-[0-9]+-[0-9]|([0-9][ -]?){10}/;
const AT = new RegExp(`^@(${NAME}*)`);
const STRING_NAME = new RegExp(`^-?${START}${NAME}*$`);
const SEGMENT = /[^{};]+[{};]?|[{};]/g;
const NEVER = "[_]";
const LOADS = /^(?:(?:-webkit-)?image-set|url|src|image|cross-fade|expression)\($/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what would end a string, or more
const UNSTRING = /[\x00-\x1f\x7f"'\\{};<[\]]/g;
const ONE_ESCAPE = /\\(?:([0-9a-fA-F]{1,6})[ \t\n\f\r]?|([\s\S]))/g;

/** Whether each part of a name is a word of the table; those found are kept with the words. */
export function isWord(name: string): boolean {
  if (words.has(name)) return true;
  const parts = name.toLowerCase().split("-");
  return parts.every((part) => !part || words.has(part)) && !!words.add(name);
}

/** Whether the words and strings of CSS are kept: where page text is told. */
let told = false;
/** Whether icons and fonts' names are kept: where web fonts are told. */
let fonts = false;
/** The pictures of what is masked now, where images are told. */
let pictures: string[] | null = null;
/** Whether to look for numbers that only their neighbours make long. */
let careful = true;

const maskName = (name: string): string =>
  isWord(name) || tags.has(name.toLowerCase()) ? name : alias(name);

/** Masks a word, or a function's name and its parenthesis. */
function maskWord(word: string, naming: boolean): string {
  if (told) return LOADS.test(word) ? "none(" : word;
  return word.replace(/[^(]+/, (name) => (naming ? maskName(name) : isWord(name) ? name : "x"));
}

function maskStringWord(word: string): string {
  if (/^(?:\.+|[0-9]{1,3})$/.test(word)) return word;
  return STRING_NAME.test(word) ? maskName(word) : "x";
}

/** Whether a text has more digits than a state does, or a colour's sign. */
export const tellsState = (text: string): boolean => /([0-9][^0-9]*){4}|#/.test(text);

const hideNames = (text: string): string =>
  tellsState(text)
    ? "x"
    : text
        .split(" ")
        .map((word) => (isAlias(word) ? "x" : word))
        .join(" ");

const mapWords = (text: string, map: (word: string) => string): string =>
  text.split(" ").filter(Boolean).map(map).join(" ");

function maskString(token: string): string {
  const closed = token.length > 1 && token.at(-1) === token[0];
  const inner = token.slice(1, closed ? -1 : undefined);
  if (told || fonts) {
    const plain = inner.replace(ONE_ESCAPE, unescapeOne).replace(UNSTRING, " ");
    if (ICON.test(plain) || (told && !looksLikeCard(plain))) return `"${plain}"`;
  }
  return `"${STRING_WORDS.test(inner) ? mapWords(inner, maskStringWord) : "x"}"`;
}

function unescapeOne(_: string, hex: string | undefined, char: string): string {
  if (!hex) return char;
  const code = Number.parseInt(hex, 16);
  const valid = code && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : "\ufffd";
}

const strip = (css: string): string =>
  css.replace(
    css.includes("\\") ? STRIP_ESCAPED : STRIP,
    (_, comment?: string, url?: string, string?: string, escaped?: unknown) => {
      if (url) {
        const fragment = FRAGMENT.exec(url)?.[1];
        if (fragment) return `url(#${alias(fragment)})`;
        return (pictures && putAside(url, pictures)) ?? "none";
      }
      if (string) return maskString(string);
      if (!comment && typeof escaped === "string")
        return alias(escaped.replace(ONE_ESCAPE, unescapeOne));
      return " ";
    },
  );

function maskNumber(token: string): string {
  if (/e/i.test(token)) return token[0] === "." ? ".0" : "0";
  const [whole = "", fraction] = token.split(".");
  if (whole.length > 6) return "999999";
  return fraction === undefined ? whole : `${whole}.${fraction.slice(0, 4)}`;
}

function maskAttribute(token: string): string {
  const match = ATTRIBUTE.exec(token.replace(BLANKS, " "));
  const name = match?.[1] ?? "";
  const kind = kinds.get(name.toLowerCase());
  if (!match || !kind) return NEVER;
  const operator = match[2];
  if (!operator) return `[${name}]`;
  let value = match[3] ?? maskStringWord(match[4] ?? "");
  if (kind === "names") value = mapWords(value, alias);
  else if (!/^(?:values|states|flags)$/.test(kind)) return NEVER;
  else if (!told) value = hideNames(value);
  return `[${name}${operator}"${value}"]`;
}

const masker =
  (inValue: boolean, naming: boolean) =>
  (token: string): string => {
    const first = token[0] as string;
    if (first === '"') {
      if (token.length < 2 || !token.endsWith('"')) return '""';
      return told || naming ? token : `"${hideNames(token.slice(1, -1))}"`;
    }
    if (first === "[") return maskAttribute(token);
    if (first === "#") return inValue && COLOUR.test(token) ? token : `#${alias(token.slice(1))}`;
    if (token.startsWith("--")) return `--${alias(token.slice(2))}`;
    if (token.startsWith("url(]")) return token;
    if (token.startsWith("url(#")) return `url(#${alias(token.slice(5, -1))})`;
    if (/^\.?[0-9]/.test(token)) return maskNumber(token);
    if (first === ".") return `.${alias(token.slice(1))}`;
    return token.replace(BLANKS, "") ? maskWord(token, naming) : " ";
  };

/** What recurs is masked once: tokens by where they stand, and parts of a sheet. */
const createMemory = () => ({
  selector: remember(masker(false, true)),
  value: remember(masker(true, false)),
  naming: remember(masker(true, true)),
  segment: remember(makeSegment),
});
const memories = [0, 1, 2, 3].map(createMemory);
let memory = createMemory();

function tell(allow: Set<string>): void {
  told = allow.has("text");
  pictures = allow.has("images") ? [] : null;
  fonts = allow.has("fonts");
  memory = memories[+told + 2 * +fonts] as typeof memory;
}

const restore = (masked: string): string => (pictures?.length ? putBack(masked, pictures) : masked);

/** Whether numbers that are short enough, one after the other, tell a long one. */
const tellsNumber = (masked: string): boolean => tellsCard(masked) || looksGrouped(masked);

/** Not trim(), which takes more than spaces. */
const bare = (text: string): string => text.replace(/^ +| +$/g, "");

function maskSelector(text: string): string {
  const masked = text.replace(SELECTOR, memory.selector);
  return careful && tellsNumber(masked) ? NEVER : masked;
}

function maskTokens(text: string, property: string): string {
  const naming = NAMING.test(property) || (fonts && FONT.test(property));
  const mask = naming ? memory.naming : memory.value;
  const masked = bare(text.replace(VALUE, mask));
  // A custom property's may be anything: its numbers must be short.
  const telling = !told && property.startsWith("--") && TELLING.test(masked);
  return telling || (careful && tellsNumber(masked)) ? "x" : masked;
}

export function maskValue(value: string, allow: Set<string>, property = ""): string {
  tell(allow);
  if (!property) {
    pictures = null;
    fonts = false;
  }
  return restore(maskTokens(strip(value).replace(/[{};]/g, " "), property));
}

export function maskProperty(name: string, allow?: Set<string>): string {
  if (allow) tell(allow);
  if (CUSTOM.test(name)) return `--${alias(name.slice(2))}`;
  return /^-?[a-z]+(?:-[a-z]+)*$/i.test(name) && (told || isWord(name)) ? name : "";
}

function maskPrelude(text: string): string {
  const at = AT.exec(text);
  if (!at) return bare(maskSelector(text));
  if (!blocks.has((at[1] as string).toLowerCase())) return "@media not all";
  return at[0] + maskSelector(text.slice(at[0].length)).replace(/ +$/, "");
}

const isBlank = (text: string, at: number): boolean =>
  text.charCodeAt(at) <= 32 || "\x7f\\`'<".includes(text[at] as string);

function makeSegment(segment: string): string {
  let end = segment.at(-1) as string;
  if (!"{};".includes(end)) end = "";
  let [from, to] = [0, segment.length - end.length];
  while (from < to && isBlank(segment, from)) from++;
  while (from < to && isBlank(segment, to - 1)) to--;
  const text = segment.slice(from, to);
  if (end === "{") return `${maskPrelude(text)}{`;
  const brace = end === "}" ? end : "";
  const at = AT.exec(text);
  if (at) {
    const layer = at[1]?.toLowerCase() === "layer";
    return layer ? `@layer${maskSelector(text.slice(6)).replace(/ +$/, "")}${end}` : brace;
  }
  const colon = text.indexOf(":");
  const name = colon < 0 ? "" : maskProperty(text.slice(0, colon).replace(LAST_BLANKS, ""));
  return name ? `${name}:${maskTokens(text.slice(colon + 1), name)}${end}` : brace;
}

/** Masks a style sheet, or a style attribute's declarations. */
export function maskCss(css: string, allow: Set<string>): string {
  tell(allow);
  const stripped = strip(css);
  careful = false;
  const masked = stripped.replace(SEGMENT, memory.segment);
  careful = true;
  return restore(tellsNumber(masked) ? stripped.replace(SEGMENT, makeSegment) : masked);
}

/** Attribute masks; see lib/privacy/attributes.py, whose results these equal. */
import { alias, remember } from "./alias.ts";
import { kinds, maskCss, maskProperty, maskValue, tellsState } from "./css.ts";
import { isPicture } from "./pictures.ts";
import { NEVER_AUTOCOMPLETE, NEVER_TYPES } from "./rules.ts";
import { looksGrouped, looksLikeCard, maskInput, maskText, splitWords, tellsCard } from "./text.ts";

export type Attributes = Record<string, unknown>;

const LARGEST = 999_999;
const PATH = /^[MLHVCSQTAZEmlhvcsqtaze0-9., \t\r\n+-]*$/;
const NO_PATH = /[A-Za-z]{3}|[0-9]{7}/;
const neverTypes = NEVER_TYPES.split(" ");
const neverAutocomplete = NEVER_AUTOCOMPLETE.split(" ");

const maskNames = remember((names) => splitWords(names).map(alias).join(" "));

/** Whether a field of this type and autocomplete is never recorded. */
export const neverField = (type: unknown, autocomplete: unknown): boolean =>
  neverTypes.includes(String(type).toLowerCase()) ||
  splitWords(String(autocomplete).toLowerCase()).some((word) =>
    neverAutocomplete.some((never) => word.startsWith(never)),
  );

export function mayTell(attributes: Attributes): boolean {
  return (
    attributes["data-rr-is-password"] == null &&
    !neverField(attributes.type, attributes.autocomplete)
  );
}

function maskPathData(data: string): string | undefined {
  const cut = data.replace(/(\.[0-9]{4})[0-9]+/g, "$1");
  const kept = PATH.test(cut) && !NO_PATH.test(cut);
  return kept && !(looksGrouped(cut) && tellsCard(cut)) ? cut : undefined;
}

function maskStyle(style: Attributes, allow: Set<string>): Attributes {
  const kept: Attributes = {};
  for (const name in style) {
    const property = maskProperty(name, allow);
    const value = style[name];
    if (!property) continue;
    if (value === false) kept[property] = false;
    else if (typeof value === "string") kept[property] = maskValue(value, allow, property);
    else if (Array.isArray(value))
      kept[property] = [maskValue(String(value[0]), allow, property), value[1] ? "important" : ""];
  }
  return kept;
}

function maskString(
  kind: string,
  value: string,
  allow: Set<string>,
  inputs: boolean,
): string | undefined {
  const told = allow.has("text");
  switch (kind) {
    case "names":
      return maskNames(value);
    case "values":
      return maskValue(value, allow);
    case "states": {
      const masked = maskValue(value, allow);
      return !told && tellsState(masked) ? "x" : masked;
    }
    case "styles":
      return maskCss(value, allow);
    case "flags":
      return "";
    case "texts":
      return told && !looksLikeCard(value) ? value : maskText(value);
    case "inputs":
      return inputs && !looksLikeCard(value) ? value : maskInput(value);
    case "choices":
      return inputs ? "" : undefined;
    case "paths":
      return maskPathData(value);
    case "links":
      return value[0] === "#" && value.length > 1 ? `#${alias(value.slice(1))}` : "#";
  }
  return allow.has("images") && isPicture(value) ? value : undefined;
}

function maskOne(kind: string, value: unknown, allow: Set<string>, inputs: boolean): unknown {
  if (value === null) return null;
  if (typeof value === "string") return maskString(kind, value, allow, inputs);
  if (typeof value === "object")
    return kind === "styles" ? maskStyle(value as Attributes, allow) : undefined;
  if (value === true) return kind === "flags" || (kind === "choices" && inputs) || undefined;
  const fits = typeof value === "number" && kind === "values" && Math.abs(value) <= LARGEST;
  return fits ? Math.trunc(value) : undefined;
}

/** `proved`: these are all of the element's attributes, so that its field may be judged. */
export function maskAttributes(
  attributes: Attributes,
  allow: Set<string>,
  proved: boolean,
): Attributes {
  const inputs = proved && allow.has("inputs") && mayTell(attributes);
  const kept: Attributes = {};
  for (const name in attributes) {
    const kind = kinds.get(name.toLowerCase());
    const value = kind && maskOne(kind, attributes[name], allow, inputs);
    // A picture that is not kept is taken away, lest a replay go on showing the one before it.
    if (value !== undefined || kind === "images") kept[name] = value ?? null;
  }
  return kept;
}

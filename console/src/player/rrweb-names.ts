/** rrweb's numbers by name; the source is @rrweb/types 2.1.6. Copied as constants so that lists need no enum code. */

export const Type = { FullSnapshot: 2, Incremental: 3, Meta: 4, Custom: 5 } as const;

export const Source = {
  Mutation: 0,
  MouseInteraction: 2,
  Input: 5,
  TouchMove: 6,
  Drag: 12,
} as const;

/** MouseInteraction types that count as a click. */
export const CLICKS: ReadonlySet<unknown> = new Set([2, 4]);

/** NodeType of an element and of a text node. */
export const Node = { Element: 2, Text: 3 } as const;

export type Json = Record<string, unknown>;

/** `value[key]` if it is an object, else an empty one: recordings are not to be trusted. */
export function part(value: Json, key: string): Json {
  const found = value[key];
  return typeof found === "object" && found !== null ? (found as Json) : {};
}

/** `value[key]` if it is a string, else the empty one. */
export function text(value: Json, key: string): string {
  const found = value[key];
  return typeof found === "string" ? found : "";
}

/** `value[key]` if it is an array of objects, else an empty one. */
export function parts(value: Json, key: string): Json[] {
  const found = value[key];
  return Array.isArray(found) ? found.filter((item) => typeof item === "object" && item) : [];
}

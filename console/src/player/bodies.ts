/** Bodies of a request as its row shows them: what they are, and their text for reading. */
import { bytes } from "../format/numbers";
import { type Json, part, text } from "./rrweb-names";

/** `text` is pretty-printed and may be empty: then only kind and size were kept. */
export interface Carried {
  title: string;
  text: string;
}

const KINDS: Record<string, string> = { json: "JSON", form: "form" };

/** A form's pairs, one a line; JSON with its structure. */
function pretty(kind: string, body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (kind !== "form" || !Array.isArray(value)) return JSON.stringify(value, null, 2);
    return value.map((pair) => (Array.isArray(pair) ? pair.join(" = ") : "")).join("\n");
  } catch {
    return "";
  }
}

function carried(name: string, payload: Json, member: string): Carried[] {
  const body = part(payload, member);
  const kind = text(body, "kind");
  if (!kind) return [];
  const size = typeof body.size === "number" ? body.size : 0;
  const words = [name, KINDS[kind] ?? "other kind", ...(size ? [bytes(size)] : [])];
  return [{ title: words.join(", "), text: pretty(kind, text(body, "text")) }];
}

/** What a request and its answer carried, as far as it was kept. */
export const bodiesOf = (payload: Json): Carried[] => [
  ...carried("Request", payload, "request"),
  ...carried("Response", payload, "response"),
];

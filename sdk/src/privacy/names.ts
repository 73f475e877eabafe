/** Names of secrets; see lib/privacy/names.py, whose results these equal. */
import { NEVER_NAMES } from "./rules.ts";

const LISTED = new RegExp(
  NEVER_NAMES.replaceAll(" ", "|").replace(/\w+/g, (name) =>
    name.length > 4 ? name : `${name}s?$`,
  ),
  "i",
);

/** Whether a word of `name` is on the list of those whose value nobody is told. */
export const isSecret = (name: string): boolean =>
  [name, ...(name.match(/[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+/g) ?? [])].some((word) =>
    LISTED.test(word),
  );

/** The policy's types and form, written by infra/policy_forms.py: change the schema. */

export type Capability =
  | "text"
  | "inputs"
  | "images"
  | "canvas"
  | "fonts"
  | "url_path"
  | "url_query"
  | "url_hash"
  | "errors"
  | "console"
  | "network"
  | "bodies"
  | "identity"
  | "country";

export interface Policy {
  version: number;
  allow: Capability[];
  selectors: { mask: string[]; block: string[]; allow: string[] };
  paths: { prefix: string; forbid: Capability[] }[];
  sampling: number;
  honour: { gpc: boolean; dnt: boolean };
}

/** One row of the form. `masked`: what stays masked although this is on. */
export interface Choice {
  name: Capability;
  group: string;
  title: string;
  text: string;
  masked: string;
  collected: boolean;
  /** Without this one it has no effect. */
  needs?: Capability;
}

export const CHOICES: Choice[] = [
  {
    name: "text",
    group: "Page",
    title: "Page text",
    text: "What visitors read: headings, prices, names, messages. While it is off, words appear as soft bars.",
    masked: "What visitors type, and whatever your selectors mask.",
    collected: true,
  },
  {
    name: "inputs",
    group: "Page",
    title: "Typed values",
    text: "What visitors type or choose in forms.",
    masked:
      "Passwords, hidden fields, payment fields, one-time codes, names of files, and values that look like card numbers.",
    collected: true,
  },
  {
    name: "images",
    group: "Page",
    title: "Images",
    text: "Pictures of your pages, copied into the recording. While it is off, empty boxes stand for them.",
    masked: "Images inside blocked elements. Nothing is fetched when a session is replayed.",
    collected: true,
  },
  {
    name: "canvas",
    group: "Page",
    title: "Drawings",
    text: "What your pages draw on canvases, such as charts, maps and signatures: a picture of each that is on screen, at most every 5 seconds. While it is off, empty boxes stand for them.",
    masked:
      "Canvases inside masked or blocked elements. Nobody can mask what is in a drawing: words and numbers in it are told.",
    collected: true,
  },
  {
    name: "fonts",
    group: "Page",
    title: "Web fonts",
    text: "The font files that your pages have loaded, copied into the recording, so that replays show your typefaces and icons. While it is off, replays use common fonts.",
    masked:
      "Words, which have a switch of their own. Fonts' names become codes unless page text is allowed. Nothing is fetched when a session is replayed.",
    collected: true,
  },
  {
    name: "url_path",
    group: "Addresses",
    title: "Whole paths",
    text: "Parts of a path that look like ids, tokens or email addresses, and the hosts of links. Plain words such as /cart are always shown.",
    masked: "Query strings and fragments: they have switches of their own.",
    collected: true,
  },
  {
    name: "url_query",
    group: "Addresses",
    title: "Query strings",
    text: "What follows the question mark of an address, such as a search.",
    masked:
      "Parameters with names that end like token, password or code, and what looks like a card number.",
    collected: true,
  },
  {
    name: "url_hash",
    group: "Addresses",
    title: "Fragments",
    text: "What follows the # of an address.",
    masked:
      "Parameters with names that end like token, password or code, and what looks like a card number.",
    collected: true,
  },
  {
    name: "errors",
    group: "For developers",
    title: "Error messages",
    text: "The text of errors that your code did not catch. Their kind and place are always recorded.",
    masked: "Messages in which something looks like a card number.",
    collected: true,
  },
  {
    name: "console",
    group: "For developers",
    title: "Console messages",
    text: "The text that your code writes to the browser's console, up to 2,000 letters a message.",
    masked:
      "Objects (their kind is named), and messages in which something looks like a card number.",
    collected: true,
  },
  {
    name: "network",
    group: "For developers",
    title: "Requests",
    text: "Method, path, status, duration and size of the requests that your pages make by fetch and XMLHttpRequest.",
    masked: "Hosts, headers, bodies, query strings, and parts of paths that look like ids.",
    collected: true,
  },
  {
    name: "bodies",
    group: "For developers",
    title: "Request and response bodies",
    text: "What those requests send and get, where it is JSON or a form and at most 4 KiB. It has no effect without Requests.",
    masked:
      "Headers, values under names such as token, password or code, what stands in password and hidden fields, and what looks like a card number or a token.",
    collected: true,
    needs: "network",
  },
  {
    name: "identity",
    group: "People",
    title: "Names of users",
    text: "The label that your page gives for a signed-in user. Without it, a user is a hash that means nothing elsewhere.",
    masked: "The user's id: it is hashed in the browser and again, with a secret, on the server.",
    collected: true,
  },
  {
    name: "country",
    group: "People",
    title: "Country",
    text: "The country that a visit comes from, as two letters, where your operator's load balancer tells it.",
    masked: "The network address, region and city: they are not looked at.",
    collected: true,
  },
];

export const SELECTORS: Record<keyof Policy["selectors"], [string, string]> = {
  mask: ["Mask", "Text and fields inside these elements are masked, whatever is allowed."],
  block: ["Block", "These elements are not recorded at all: a box of their size stays."],
  allow: ["Allow", "Exceptions inside a masked element, within what the capabilities allow."],
};

export const SIGNALS: Record<keyof Policy["honour"], [string, string]> = {
  gpc: [
    "Global Privacy Control",
    "Visitors whose browser sends it are not recorded. In some places the law asks for this.",
  ],
  dnt: ["Do Not Track", "The older signal: visitors whose browser sends it are not recorded."],
};

export const MAX_SELECTORS = 100;
export const MAX_SELECTOR_CHARS = 200;

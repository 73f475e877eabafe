/** What the console's API answers; the source is docs/console-api.md. */

export interface Membership {
  id: string;
  name: string;
  role: string;
}

/** What a page that is to be recorded names, as URLs. */
export interface Embed {
  script: string;
  endpoint: string;
}

export interface Account {
  user: { id: string; email: string };
  tenant: Membership;
  tenants: Membership[];
  embed: Embed;
}

/** One row of the sessions list. Times are Unix milliseconds on the server's clock. */
export interface SessionRow {
  id: string;
  start_ms: number;
  last_ms: number;
  duration_ms: number;
  paths: string[];
  page_count: number;
  bytes: number;
  errors: number;
  clicks: number;
  masked: number;
  dropped: number;
  browser: string;
  os: string;
  device: string;
  width: number;
  height: number;
  /** Two letters, or null where it is not known or not allowed. */
  country: string | null;
  user: string | null;
  policy: number;
  origin: string;
}

export interface SessionPage {
  sessions: SessionRow[];
  next: string | null;
}

/** One page load as the bucket's objects tell it. */
export interface PageDetail {
  id: string;
  tab: string;
  first_ms: number;
  last_ms: number;
  paths: string[];
  batches: number;
  bytes: number;
  dropped: number;
  final: boolean;
  missing: number[];
}

export interface SessionDetail extends SessionRow {
  pages: PageDetail[];
  batches: number;
  complete: boolean;
}

/** One stored batch in the manifest of an events page. `length` is in bytes of gzip. */
export interface BatchEntry {
  page: string;
  tab: string;
  seq: number;
  length: number;
  offset: number;
  received: number;
  sent: number;
  dropped: number;
  final: boolean;
  policy: number;
  sdk: string;
}

export interface EventsManifest {
  batches: BatchEntry[];
  next: string | null;
}

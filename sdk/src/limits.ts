/** Every limit of the SDK: its unit is in its name, its reason beside it. */

/** The version told to the server; the build checks it against package.json. */
export const SDK_VERSION = "0.1.0";

const MIB = 1024 * 1024;

/** Raw JSON after which a batch is sealed early: packs to about 30 KiB, so it fits the exit budget. */
export const BATCH_RAW_CHARS = 256 * 1024;
/** Ingest refuses more than 5,000 events in a batch (docs/protocol.md). */
export const BATCH_EVENTS = 4_000;
/** Ingest's cap on inflated bytes; only a single huge snapshot comes near it. */
export const BATCH_INFLATED_BYTES = 8 * MIB;
/** Ingest's cap on the bytes after the header. */
export const BATCH_PACKED_BYTES = MIB;

/** Held while the network fails: about an hour of ordinary browsing. Older events are dropped first. */
export const OUTBOX_BYTES = 8 * MIB;
/** Chromium shares 64 KiB of keepalive among all requests of a page; 4 KiB stay free for the page. */
export const KEEPALIVE_BYTES = 60 * 1024;

/** A session ends after this long without a visitor's action. */
export const IDLE_MS = 30 * 60_000;
/** A session ends after 4 hours; a minute early, so that its last batch still has a valid token. */
export const SESSION_MS = 4 * 60 * 60_000 - 60_000;
/** How often idleness, age and the token's expiry are looked at. */
export const WATCH_MS = 15_000;
/** A visitor who acted gets a new token this early: two looks of the watch and a slow handshake. */
export const RENEW_EARLY_MS = 60_000;

/** A request that has not answered by then is retried; ingest itself gives up after 20 s. */
export const REQUEST_MS = 25_000;
/** First and longest wait between retries; each is jittered to between half and all of it. */
export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_LONGEST_MS = 30_000;
/** The longest Retry-After that is obeyed to the letter: a day's quota. */
export const RETRY_AFTER_LONGEST_MS = 24 * 60 * 60_000;

/** Caches may lag: a policy that is announced but not yet served is asked for once in this time. */
export const POLICY_ASK_MS = 60_000;
/** After a loss, fresh snapshots are taken no more often than this. */
export const SNAPSHOT_APART_MS = 60_000;
/** The longest picture, as a data: address, that ingest keeps: 96 KiB as bytes. */
export const PICTURE_CHARS = 128 * 1024;
/** All pictures of one page: they pack badly, and ingest refuses a batch of more than 1 MiB. */
export const PICTURES_CHARS = 4 * PICTURE_CHARS;
/** When canvases are first looked at; each wait is twice the last, for pages draw as they open. */
export const DRAWINGS_FIRST_MS = 250;
/** How often they are looked at then: half a batch's interval. */
export const DRAWINGS_APART_MS = 5_000;
/**
 * Drawings of one page, on average: 480 kB a minute, a seventh of what a token covers in its time.
 * After a look that told much, the next one waits.
 */
export const DRAWINGS_CHARS_PER_MS = 8;
/** A larger canvas is not read: reading it back takes the page 10 ms, and it would hardly fit. */
export const DRAWING_PIXELS = 4 * MIB;
/** The longest font, as a data: address, that ingest keeps: 192 KiB as bytes, a thousand icons. */
export const FONT_CHARS = 256 * 1024;
/** All fonts of one page load: as much as its pictures may take. */
export const FONTS_CHARS = 2 * FONT_CHARS;
/** Messages, and requests, told of one page load: a page that talks without end must not fill it. */
export const NOTES_PER_PAGE = 1_000;
/** What is told of one message (docs/policy.md), and of a user's label: code points. */
export const MESSAGE_CHARS = 2_000;
export const LABEL_CHARS = 200;
/** The body of a request or an answer that is told, masked or not (lib/privacy/bodies.py). */
export const BODY_CHARS = 4 * 1024;
/** Ingest refuses larger counts: 32 bits with a sign. */
export const LARGEST_COUNT = 2 ** 31 - 1;
/** Errors reported from one page load: a page in an error loop must not flood its recording. */
export const ERRORS_PER_PAGE = 100;

/** One session in the list: a row on desks, a card on phones. The whole row is one link. */
import { Ban, Bug, EyeOff, Monitor, MousePointerClick, Smartphone, Tablet } from "lucide-preact";
import type { SessionRow } from "../api/types";
import { country } from "../format/countries";
import { bytes, plural } from "../format/numbers";
import { absolute, ago, clock } from "../format/times";
import { follow } from "../stores/route";
import { CopyButton } from "./copy";

/** Paths drawn before the walk is cut in the middle: the first, and where it ended. */
const SHOWN_PATHS = 4;

export function Path({ paths, count }: { paths: string[]; count: number }) {
  const cut = paths.length > SHOWN_PATHS;
  const drawn = cut ? [paths[0] ?? "", "…", ...paths.slice(-2)] : paths;
  return (
    <span class="walk" title={paths.join(" › ")}>
      {drawn.map((path, at) => (
        <span key={at} class="walk-step">
          {path}
        </span>
      ))}
      {count > 1 && <span class="walk-count">{count}</span>}
    </span>
  );
}

function Signals({ row }: { row: SessionRow }) {
  const quiet = row.errors + row.dropped + row.masked === 0;
  return (
    <span class="signals">
      {row.errors > 0 && (
        <span class="tag bad" title={plural(row.errors, "error")}>
          <Bug size={12} aria-hidden="true" />
          {row.errors}
          <span class="only-read"> errors</span>
        </span>
      )}
      {row.dropped > 0 && (
        <span class="tag warn" title={`${plural(row.dropped, "event")} lost before sending`}>
          <Ban size={12} aria-hidden="true" />
          {row.dropped}
          <span class="only-read"> events lost</span>
        </span>
      )}
      {row.masked > 0 && (
        <span class="tag" title={`${plural(row.masked, "value")} masked by the server`}>
          <EyeOff size={12} aria-hidden="true" />
          {row.masked}
          <span class="only-read"> masked by the server</span>
        </span>
      )}
      {quiet && <span class="quiet">–</span>}
    </span>
  );
}

const DEVICES = { phone: Smartphone, mobile: Smartphone, tablet: Tablet };

export function DeviceIcon({ device }: { device: string }) {
  const Icon = DEVICES[device as keyof typeof DEVICES] ?? Monitor;
  return <Icon size={14} aria-hidden="true" />;
}

/** The visitor's name in the list: the start of the keyed hash, or that there is none. */
export function who(row: SessionRow): string {
  return row.user ? row.user.slice(0, 8) : "Anonymous";
}

/** Copies the visitor's whole hash; it lies above the row's link. */
function CopyUser({ user }: { user: string }) {
  return <CopyButton text={() => user} label="Copy the visitor's hash" class="row-copy" />;
}

/** The letters in a list, where names are too long; nothing where it is not known. */
function Country({ code }: { code: string | null }) {
  const name = country(code);
  return (
    name && (
      <>
        , <abbr title={name}>{code}</abbr>
      </>
    )
  );
}

export function Row({ row, now }: { row: SessionRow; now: number }) {
  return (
    <tr class="row">
      <td class="c-who">
        <a href={`/sessions/${row.id}`} onClick={follow} class="row-link">
          <span class={row.user ? "mono" : "anonymous"}>{who(row)}</span>
        </a>
        {row.user && <CopyUser user={row.user} />}
      </td>
      <td class="c-path">
        <Path paths={row.paths} count={row.page_count} />
      </td>
      <td class="c-when">
        <time dateTime={new Date(row.start_ms).toISOString()} title={absolute(row.start_ms)}>
          {ago(row.start_ms, now)}
        </time>
      </td>
      <td class="c-length num">{clock(row.duration_ms)}</td>
      <td class="c-clicks num">
        <span class="with-icon" title={plural(row.clicks, "click")}>
          <MousePointerClick size={13} aria-hidden="true" />
          {row.clicks}
        </span>
      </td>
      <td class="c-signals">
        <Signals row={row} />
      </td>
      <td class="c-where">
        <span class="with-icon">
          <DeviceIcon device={row.device} />
          <span class="clip">
            {row.browser}, {row.os}
            <Country code={row.country} />
          </span>
        </span>
      </td>
      <td class="c-size num quiet">{bytes(row.bytes)}</td>
    </tr>
  );
}

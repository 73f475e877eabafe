/** The sessions list: what a member sees first. */
import { Search, SearchX, Video } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { CopyButton } from "../components/copy";
import { Frame } from "../components/frame";
import { Notice } from "../components/notice";
import { moveInRows } from "../components/row-keys";
import { SessionGone } from "../components/session-gone";
import { Row } from "../components/session-row";
import { SessionSkeletons } from "../components/skeletons";
import { snippet } from "../format/snippet";
import { account } from "../stores/account";
import { follow } from "../stores/route";
import * as list from "../stores/sessions";

/** Relative times are drawn anew at this pace, in milliseconds. */
const TICK_MS = 20_000;

function SearchField() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement;
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  return (
    <div class="search">
      <Search size={15} aria-hidden="true" />
      <input
        ref={input}
        type="search"
        value={list.query.value}
        placeholder="Filter by user, path or browser"
        aria-label="Filter the loaded sessions"
        onInput={(event) => {
          list.query.value = event.currentTarget.value;
        }}
      />
      <kbd title="Press / to filter">/</kbd>
    </div>
  );
}

function Empty() {
  const embed = account.value?.embed;
  const lines = embed ? snippet(embed, "stk_…") : "";
  return (
    <Notice icon={Video} title="No visits recorded yet">
      <p>
        A session appears here seconds after a visitor's first click on a page that embeds the SDK.
        Nothing is stored for this tenant.
      </p>
      <div class="snippet">
        <pre>
          <code>{lines}</code>
        </pre>
        <CopyButton text={() => lines} label="Copy the snippet" />
      </div>
      <p class="small">
        Put these two lines before the end of your page's head, with your own{" "}
        <a href="/settings/keys" onClick={follow}>
          SDK key
        </a>
        .
      </p>
    </Notice>
  );
}

function NoMatch() {
  return (
    <Notice icon={SearchX} title="No loaded session matches">
      <p>
        The filter looks through the {list.rows.value.length} sessions loaded so far, not the whole
        archive.
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          list.query.value = "";
        }}
      >
        Clear the filter
      </button>
    </Notice>
  );
}

function Table({ now }: { now: number }) {
  return (
    <table class="sessions">
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">Path walked</th>
          <th scope="col">When</th>
          <th scope="col" class="num">
            Length
          </th>
          <th scope="col" class="num">
            Clicks
          </th>
          <th scope="col">Signals</th>
          <th scope="col">Where</th>
          <th scope="col" class="num">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {list.shown.value.map((row) => (
          <Row key={row.id} row={row} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Older() {
  if (!list.next.value) return null;
  return (
    <div class="older">
      <button
        type="button"
        class="button"
        disabled={list.loadingMore.value}
        onClick={list.loadOlder}
      >
        {list.loadingMore.value ? "Loading" : "Show older sessions"}
      </button>
    </div>
  );
}

function Body({ tenant, now }: { tenant: string; now: number }) {
  if (list.listState.value === "loading") return <SessionSkeletons />;
  if (list.listState.value === "failed" && list.listProblem.value) {
    return <SessionGone problem={list.listProblem.value} retry={() => list.loadSessions(tenant)} />;
  }
  if (list.rows.value.length === 0) return <Empty />;
  if (list.shown.value.length === 0) return <NoMatch />;
  return (
    <>
      <Table now={now} />
      <Older />
    </>
  );
}

export function Sessions() {
  const tenant = account.value?.tenant.id ?? "";
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    document.title = "Sessions · Sealtape";
    list.loadSessions(tenant);
    const stop = list.keepFresh();
    document.addEventListener("keydown", moveInRows);
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => {
      stop();
      document.removeEventListener("keydown", moveInRows);
      clearInterval(timer);
    };
  }, [tenant]);
  const known = list.rows.value.length;
  const count = `${known.toLocaleString("en")}${list.next.value ? "+" : ""}`;
  return (
    <Frame bar={<SearchField />}>
      <div class="page-head">
        <h1>Sessions</h1>
        {known > 0 && <span class="count">{count}</span>}
      </div>
      <Body tenant={tenant} now={Math.max(now, list.refreshed.value)} />
    </Frame>
  );
}

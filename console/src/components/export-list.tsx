/** Exports: recordings taken along, as files that are removed after a day. */
import { Package, Plus } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { Membership } from "../api/types";
import type { Export } from "../api/vault";
import { plural } from "../format/numbers";
import { exported, useWatch } from "../stores/vault";
import { ExportForm } from "./export-form";
import { ExportParts } from "./export-parts";
import { Id } from "./id";
import { Failure, Notice } from "./notice";
import { failureWords, Ordered, waitWords } from "./order-words";
import { SettingSkeletons } from "./skeletons";

const KEPT = "Nothing of it is kept. Ask your operator, then export again.";

function State({ row }: { row: Export }) {
  switch (row.state) {
    case "running":
      return <span class="tag running">Running</span>;
    case "ready":
      return <span class="tag good">Ready</span>;
    case "removed":
      return <span class="tag">Removed</span>;
    case "failed":
      return <span class="tag bad">Failed</span>;
  }
}

function Body({ row }: { row: Export }) {
  switch (row.state) {
    case "ready":
      return <ExportParts row={row} />;
    case "failed":
      return <p class="entry-bad">{failureWords(row.error, KEPT)}</p>;
    case "removed":
      return (
        <p class="entry-text quiet">
          Its parts are gone: a day is over, or something was erased that they may have held.
        </p>
      );
    case "running": {
      const waits = waitWords(row.error);
      if (waits) return <p class="entry-warn">{waits}</p>;
      return (
        <p class="entry-text" role="status">
          {plural(row.objects, "object")} written so far. Its parts appear here when all are.
        </p>
      );
    }
  }
}

function Row({ row }: { row: Export }) {
  return (
    <li class="panel entry">
      <div class="entry-head">
        <h2>{row.kind === "session" ? "One visit" : "Everything"}</h2>
        <State row={row} />
      </div>
      <p class="entry-facts">
        {row.session && <Id value={row.session} label="session id" />}
        <Ordered at={row.ordered_ms} by={row.by} />
      </p>
      <Body row={row} />
    </li>
  );
}

function Footnote() {
  return (
    <p class="hint">
      Parts are plain tar files of up to 32 MB. To replay them elsewhere, put{" "}
      <code>manifest.json</code> and the parts into a folder there and run{" "}
      <code>python -m infra.import_export FOLDER TENANT</code>: it compares the hashes first.
    </p>
  );
}

export function ExportList({ tenant }: { tenant: Membership }) {
  const [ordering, setOrdering] = useState(/[?&]session=/.test(location.search));
  useEffect(() => {
    exported.load(tenant.id);
  }, [tenant.id]);
  const { state, problem, value } = exported;
  useWatch(
    exported,
    (value.value ?? []).some((row) => row.state === "running"),
  );
  const close = () => {
    history.replaceState(null, "", location.pathname); // it named what is ordered by now
    setOrdering(false);
  };
  if (state.value === "failed" && problem.value) {
    return <Failure problem={problem.value} retry={() => exported.load(tenant.id)} />;
  }
  if (!value.value) return <SettingSkeletons label="Loading the exports" />;
  return (
    <>
      <div class="setting-head">
        <p class="lead">
          An export holds recordings as they are stored, in files that another installation can
          import. They stay in your own bucket, every download is in the audit log, and after 24
          hours, or with any erasure, they are removed.
        </p>
        <button
          type="button"
          class="button primary"
          disabled={ordering}
          onClick={() => setOrdering(true)}
        >
          <Plus size={15} aria-hidden="true" />
          New export
        </button>
      </div>
      {ordering && <ExportForm onDone={close} />}
      {value.value.length === 0 && !ordering && (
        <Notice icon={Package} title="Nothing was exported so far">
          <p>Export a single visit, or everything, to keep it or to replay it elsewhere.</p>
        </Notice>
      )}
      <ul class="entries" aria-label="Exports">
        {value.value.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {value.value.length > 0 && <Footnote />}
    </>
  );
}

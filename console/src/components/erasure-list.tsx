/** Erasures: what was ordered, how far it is, and a receipt once nothing is left. */
import { Eraser, FileCheck } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { Membership } from "../api/types";
import { type Erasure, receiptPath, type Subject } from "../api/vault";
import { bytes, plural } from "../format/numbers";
import { absolute, dateTime } from "../format/times";
import { titleOf } from "../stores/erasure-draft";
import { erasures, useWatch } from "../stores/vault";
import { ErasureForm } from "./erasure-form";
import { Id } from "./id";
import { Failure, Notice } from "./notice";
import { failureWords, Ordered, waitWords } from "./order-words";
import { SettingSkeletons } from "./skeletons";

const EDITORS = ["owner", "admin"];
const KEPT = "What it erased by then stays erased. Ask your operator, then order it again.";

function Head({ may, onNew }: { may: boolean; onNew: () => void }) {
  return (
    <div class="setting-head">
      <p class="lead">
        What is erased is gone from the bucket, the list of sessions and every export, with no copy
        left. Each erasure ends with a signed receipt that anybody can check.
      </p>
      <button type="button" class="button primary" disabled={!may} onClick={onNew}>
        <Eraser size={15} aria-hidden="true" />
        Erase
      </button>
    </div>
  );
}

function State({ row }: { row: Erasure }) {
  if (row.state === "done") return <span class="tag good">Erased</span>;
  if (row.state === "failed") return <span class="tag bad">Failed</span>;
  return <span class="tag running">Running</span>;
}

function Named({ what }: { what: Subject }) {
  if (what.kind === "session") return <Id value={what.session} label="session id" />;
  if (what.kind === "user") return <Id value={what.user} label="visitor's hash" />;
  return null;
}

function Running({ row }: { row: Erasure }) {
  const waits = waitWords(row.error);
  if (waits) return <p class="entry-warn">{waits}</p>;
  return (
    <p class="entry-text" role="status">
      {row.erased.objects > 0
        ? `${plural(row.erased.objects, "object")} erased so far. `
        : "Looking for everything that belongs to it. "}
      It looks again every 2.5 minutes until it finds nothing, about 6 minutes in all.
    </p>
  );
}

function Done({ row }: { row: Erasure }) {
  const { objects, bytes: size = 0, sessions = 0, exports = 0 } = row.erased;
  const at = row.done_ms ?? row.ordered_ms;
  return (
    <p class="entry-text">
      {plural(objects, "object")} ({bytes(size)}) of {plural(sessions, "visit")}
      {exports > 0 && `, and ${plural(exports, "export")}`}.{" "}
      <span title={absolute(at)}>Nothing was left on {dateTime(at)}.</span>
    </p>
  );
}

function Row({ row }: { row: Erasure }) {
  return (
    <li class="panel entry">
      <div class="entry-head">
        <h2>{titleOf(row.what)}</h2>
        <State row={row} />
        {row.replay_of && (
          <span class="tag" title={`After a restore: again what ${row.replay_of} had erased`}>
            Replayed
          </span>
        )}
        {row.state === "done" && (
          <a class="button" href={receiptPath(row.id)} download={`erasure-${row.id}.json`}>
            <FileCheck size={14} aria-hidden="true" />
            Receipt
          </a>
        )}
      </div>
      <p class="entry-facts">
        <Named what={row.what} />
        <Ordered at={row.ordered_ms} by={row.by} />
      </p>
      {row.state === "running" && <Running row={row} />}
      {row.state === "done" && <Done row={row} />}
      {row.state === "failed" && <p class="entry-bad">{failureWords(row.error, KEPT)}</p>}
    </li>
  );
}

function Footnote() {
  return (
    <p class="hint">
      A receipt is checked without us by{" "}
      <code>python -m lib.receipts erasure-….json keys.json</code>, with the keys of{" "}
      <code>/v1/receipts/keys</code>. Not erased: the audit log and this list, which hold opaque ids
      alone.
    </p>
  );
}

export function ErasureList({ tenant }: { tenant: Membership }) {
  const may = EDITORS.includes(tenant.role);
  const [ordering, setOrdering] = useState(may && /[?&](session|user)=/.test(location.search));
  useEffect(() => {
    erasures.load(tenant.id);
  }, [tenant.id]);
  const { state, problem, value } = erasures;
  useWatch(
    erasures,
    (value.value ?? []).some((row) => row.state === "running"),
  );
  const close = () => {
    history.replaceState(null, "", location.pathname); // it named what is ordered by now
    setOrdering(false);
  };
  if (state.value === "failed" && problem.value) {
    return <Failure problem={problem.value} retry={() => erasures.load(tenant.id)} />;
  }
  if (!value.value) return <SettingSkeletons label="Loading the erasures" />;
  return (
    <>
      <Head may={may && !ordering} onNew={() => setOrdering(true)} />
      {!may && <p class="gate-notice">Owners and admins can erase recordings.</p>}
      {ordering && <ErasureForm tenant={tenant} onDone={close} />}
      {value.value.length === 0 && !ordering && (
        <Notice icon={Eraser} title="Nothing was erased so far">
          <p>
            Recordings go by themselves when their retention ends. Erase what has to go earlier: a
            visit, a visitor who asks for it, a range of time.
          </p>
        </Notice>
      )}
      <ul class="entries" aria-label="Erasures">
        {value.value.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {value.value.length > 0 && <Footnote />}
    </>
  );
}

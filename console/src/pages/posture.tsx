/** Posture: every promise, checked now, with what was read; printable, and as a signed report. */
import {
  CircleCheck,
  CircleMinus,
  CircleX,
  FileDown,
  Printer,
  RefreshCw,
  TriangleAlert,
} from "lucide-preact";
import { useEffect } from "preact/hooks";
import { type Check, type Posture as Found, REPORT } from "../api/posture";
import { Frame } from "../components/frame";
import { Failure } from "../components/notice";
import { SettingSkeletons } from "../components/skeletons";
import { plural } from "../format/numbers";
import { absolute, ago, dateTime } from "../format/times";
import { account } from "../stores/account";
import { COLOURS, posture, type Section, sections } from "../stores/posture";

const ICONS = { broken: CircleX, asks: TriangleAlert, kept: CircleCheck, skipped: CircleMinus };
const WORDS = { broken: "Broken", asks: "To look at", kept: "Kept", skipped: "Not applicable" };

function Row({ check, kind }: { check: Check; kind: Section["kind"] }) {
  const Icon = ICONS[kind];
  return (
    <li class={`check ${kind}`} id={check.id}>
      <Icon size={16} aria-hidden="true" />
      <div>
        <h3>
          {check.title}
          <span class="only-read">: {WORDS[kind]}</span>
        </h3>
        <p>{check.says}</p>
        {check.todo && (
          <p class="todo">
            <strong>What to do.</strong> {check.todo}
          </p>
        )}
        <dl>
          <dt>Read</dt>
          <dd class="mono">{check.read}</dd>
          <dt>From</dt>
          <dd class="mono">{check.source}</dd>
          <dt>When</dt>
          <dd title={absolute(check.at_ms)}>{dateTime(check.at_ms)}</dd>
        </dl>
      </div>
    </li>
  );
}

function sentence(found: Found): string {
  const notices = found.checks.filter((check) => check.state === "fail" && check.notice).length;
  const broken = found.counts.fail - notices;
  const parts = [
    broken > 0 ? `${plural(broken, "promise")} broken` : "",
    notices > 0 ? `${notices.toLocaleString("en")} to look at` : "",
    `${found.counts.pass.toLocaleString("en")} kept`,
    `${found.counts.not_applicable.toLocaleString("en")} not applicable`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}

function Board({ found }: { found: Found }) {
  return (
    <>
      <p class={`standing ${COLOURS[found.standing]}`} role="status">
        <span class={`dot ${COLOURS[found.standing]}`} aria-hidden="true" />
        <span>
          <strong>{sentence(found)}</strong>{" "}
          <span title={absolute(found.checked_ms)}>
            Checked <span class="off-paper">{ago(found.checked_ms, Date.now())}</span>
            <span class="on-paper">{absolute(found.checked_ms)}</span>.
          </span>
        </span>
      </p>
      {sections.value.map((section) => (
        <section key={section.kind} class="checks" aria-labelledby={`of-${section.kind}`}>
          <h2 id={`of-${section.kind}`}>
            {section.title} <span class="quiet">{section.checks.length}</span>
          </h2>
          <ul class="panel">
            {section.checks.map((check) => (
              <Row key={check.id} check={check} kind={section.kind} />
            ))}
          </ul>
        </section>
      ))}
      <p class="hint">
        What this page cannot see: rights that your operator's people hold on the whole project, and
        copies that somebody made outside of it. The signed report is checked without us by{" "}
        <code>python -m lib.receipts posture.json keys.json --kind posture</code>, with the keys of{" "}
        <code>/v1/receipts/keys</code>.
      </p>
    </>
  );
}

function Actions({ tenant, busy }: { tenant: string; busy: boolean }) {
  return (
    <div class="posture-actions">
      <button type="button" class="button" disabled={busy} onClick={() => posture.load(tenant)}>
        <RefreshCw size={14} aria-hidden="true" />
        Check again
      </button>
      <button type="button" class="button" disabled={busy} onClick={() => print()}>
        <Printer size={14} aria-hidden="true" />
        Print
      </button>
      <a class="button" href={REPORT} download="posture.json">
        <FileDown size={14} aria-hidden="true" />
        Signed report
      </a>
    </div>
  );
}

export function Posture() {
  const tenant = account.value?.tenant.id ?? "";
  useEffect(() => {
    document.title = "Posture · Sealtape";
    void posture.load(tenant);
  }, [tenant]);
  const { state, problem, value } = posture;
  const failed = state.value === "failed" && problem.value;
  return (
    <Frame bar={null}>
      <div class="posture">
        <header class="setting-head">
          <div>
            <h1>
              Posture<span class="on-paper"> of {account.value?.tenant.name}</span>
            </h1>
            <p class="lead">
              Every promise that we make about your recordings, checked against what is really
              there.
            </p>
          </div>
          {!failed && <Actions tenant={tenant} busy={!value.value} />}
        </header>
        {failed && <Failure problem={failed} retry={() => posture.load(tenant)} />}
        {!failed && !value.value && <SettingSkeletons label="Checking every promise" />}
        {!failed && value.value && <Board found={value.value} />}
      </div>
    </Frame>
  );
}

/** Outcomes: what became of the batches that pages sent in the last days. */
import { Inbox, TriangleAlert } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { bytes, plural } from "../format/numbers";
import * as store from "../stores/outcomes";
import { Failure, Notice } from "./notice";
import { OutcomeBars } from "./outcome-bars";
import { SettingSkeletons } from "./skeletons";

/** What a tenant can do about a refusal; docs/errors.md has them all. */
const ADVICE: Record<string, string> = {
  batch_too_large: "A page changes more at once than a batch may hold. Block its busiest parts.",
  events_too_many: "A page changes more at once than a batch may hold. Block its busiest parts.",
  quota_exceeded:
    "The day's quota is used up. Record a smaller share, or ask the operator for more.",
  session_erased: "Nothing to do: what was erased stays erased.",
  seal_unavailable: "Your key refused. Check that it is enabled and that access was not withdrawn.",
  token_revoked: "Nothing to do: a key or the policy changed, and pages get a new token.",
  token_expired: "Nothing to do: pages that slept get a new token.",
};

/** What a tenant can do about handshakes that were refused, by reason. */
const VISITS: Record<string, string> = {
  wrong_origin: "A page whose origin is not on the key's list. If it is yours, add it to the list.",
  key_disabled: "A page still embeds a key that is disabled or expired. Give it the new one.",
  assertion_missing: "The key is in strict mode, and your server sent no assertion with the page.",
  assertion_invalid: "Your server's assertion was too old, used before, or not for this key.",
  quota_exceeded:
    "The day's quota is used up. Record a smaller share, or ask the operator for more.",
  tenant_not_active: "Recording is suspended. Your operator knows why.",
  policy_missing: "The policy could not be found. Tell your operator.",
};
const OTHER = "If it stays, an SDK is out of date, or somebody sends what is no SDK's.";

function day(name: string): string {
  const at = Date.UTC(+name.slice(0, 4), +name.slice(4, 6) - 1, +name.slice(6));
  const parts = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en", parts).format(new Date(at));
}

function Misconfigured() {
  const { masked } = store.total.value;
  if (masked === 0) return null;
  return (
    <div class="misconfigured" role="status">
      <TriangleAlert size={16} aria-hidden="true" />
      <p>
        <strong>Your SDK is misconfigured or out of date.</strong> The server masked{" "}
        {plural(masked, "value")} that the SDK should have masked. Nothing of it was stored in
        clear, but it left the visitors' browsers: update the SDK on the pages with these keys.
      </p>
    </div>
  );
}

function Table({ caption, first, rows }: { caption: string; first: string; rows: store.Sum[] }) {
  return (
    <table class="outcomes">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          <th scope="col">Sessions</th>
          <th scope="col">Stored batches</th>
          <th scope="col">Size</th>
          <th scope="col">Masked further</th>
          <th scope="col">Sent twice</th>
          <th scope="col">Refused</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td data-name="Sessions">{row.sessions.toLocaleString("en")}</td>
            <td data-name="Stored batches">{row.accepted.toLocaleString("en")}</td>
            <td data-name="Size">{bytes(row.bytes)}</td>
            <td data-name="Masked further" class={row.masked ? "warn" : ""}>
              {row.masked.toLocaleString("en")}
            </td>
            <td data-name="Sent twice">{row.duplicate.toLocaleString("en")}</td>
            <td data-name="Refused" class={row.refused ? "bad" : ""}>
              {row.refused.toLocaleString("en")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ReasonsProps {
  title: string;
  counts: [string, number][];
  advice: Record<string, string>;
}

function Reasons({ title, counts, advice }: ReasonsProps) {
  if (counts.length === 0) return null;
  return (
    <section class="panel">
      <h2>{title}</h2>
      <ul class="refusals">
        {counts.map(([name, count]) => (
          <li key={name}>
            <span class="num">{count.toLocaleString("en")}</span>
            <span>
              <code>{name}</code>
              <span class="quiet small">{advice[name] ?? OTHER}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Footnote() {
  return (
    <p class="hint">
      Days are UTC; counts are a minute or two behind. A handshake counts here if it named one of
      your keys whole; anybody can copy a key, so take these counts as a hint.
    </p>
  );
}

export function OutcomeBoard({ tenant }: { tenant: string }) {
  useEffect(() => {
    store.outcomes.load(tenant);
  }, [tenant]);
  const { state, problem, value } = store.outcomes;
  if (state.value === "failed" && problem.value) {
    return <Failure problem={problem.value} retry={() => store.outcomes.load(tenant)} />;
  }
  if (!value.value) return <SettingSkeletons label="Loading the outcomes" />;
  if (value.value.rows.length === 0) {
    return (
      <>
        <Notice icon={Inbox} title={`No batch in the last ${store.DAYS} days`}>
          <p>
            Counts appear a minute or two after the first visit to a page that embeds the SDK with a
            live key.
          </p>
        </Notice>
        <Footnote />
      </>
    );
  }
  const days = store.byDay.value.map((each) => ({ ...each, name: day(each.name) }));
  return (
    <div class="outcome-board">
      <Misconfigured />
      <OutcomeBars days={days} />
      <Table caption={`The last ${store.DAYS} days`} first="Day" rows={[...days].reverse()} />
      <Table caption="By key" first="Key" rows={store.byKey.value} />
      <Reasons title="Why batches were refused" counts={store.refusals.value} advice={ADVICE} />
      <Reasons title="Why visits were refused" counts={store.handshakes.value} advice={VISITS} />
      <Footnote />
    </div>
  );
}

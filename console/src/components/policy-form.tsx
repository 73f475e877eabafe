/** The policy's form: what is recorded, in plain words, and what stays masked whatever is chosen. */
import { History, Lock } from "lucide-preact";
import { useEffect } from "preact/hooks";
import type { Author, CurrentPolicy } from "../api/settings";
import { absolute, ago } from "../format/times";
import * as store from "../stores/policy";
import { Failure } from "./notice";
import { Capabilities, Sampling, Selectors, Signals } from "./policy-fields";
import { SaveBar } from "./save-bar";
import { SettingSkeletons } from "./skeletons";

function author({ id, email }: Author): string {
  return email ?? (id === "operator" ? "the operator" : id);
}

function Versions({ read }: { read: CurrentPolicy }) {
  const now = Date.now();
  return (
    <details class="versions">
      <summary>
        <History size={14} aria-hidden="true" />
        <span>
          Version {read.version}, by {author(read.by)}
          <span class="quiet" title={absolute(read.created_ms)}>
            {" "}
            {ago(read.created_ms, now)}
          </span>
        </span>
      </summary>
      <ol>
        {read.history.map((each) => (
          <li key={each.version}>
            <span class="version">v{each.version}</span>
            <span class="clip">{each.allow.join(", ") || "nothing allowed"}</span>
            <span class="clip quiet">{author(each.by)}</span>
            <time class="quiet nowrap" title={absolute(each.created_ms)}>
              {ago(each.created_ms, now)}
            </time>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Never() {
  return (
    <aside class="never">
      <Lock size={16} aria-hidden="true" />
      <p>
        <strong>Never recorded, whatever you choose:</strong> passwords, and every field that was
        one once; hidden fields; payment fields; one-time codes; values that look like card numbers;
        secrets in well-known headers.
      </p>
    </aside>
  );
}

function PathRules({ read }: { read: CurrentPolicy }) {
  const rules = read.policy.paths.length;
  if (rules === 0) return null;
  return (
    <p class="hint">
      {rules === 1 ? "One path rule narrows" : `${rules} path rules narrow`} this further. They were
      set through the API and stay as they are.
    </p>
  );
}

export function PolicyForm({ tenant, mayEdit }: { tenant: string; mayEdit: boolean }) {
  useEffect(() => {
    store.loadPolicy(tenant);
    const warn = (event: Event) => {
      if (store.difference.value) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [tenant]);
  const { state, problem, value: read } = store.current;
  if (state.value === "failed" && problem.value) {
    return <Failure problem={problem.value} retry={() => store.loadPolicy(tenant)} />;
  }
  const form = store.draft.value;
  if (!read.value || !form) return <SettingSkeletons label="Loading the policy" />;
  return (
    <form
      class="policy"
      onSubmit={(event) => {
        event.preventDefault();
        store.save();
      }}
    >
      <p class="lead">
        Nothing is recorded in clear until you allow it here. The SDK masks in the visitor's
        browser, and the server masks again before anything is stored. A change reaches every page
        within a minute; what was recorded before stays as it was.
      </p>
      <Versions read={read.value} />
      {!mayEdit && <p class="gate-notice">Owners and admins can change this.</p>}
      <Never />
      <fieldset class="bare" disabled={!mayEdit || store.saving.value}>
        <Capabilities form={form} />
        <Selectors form={form} />
        <Sampling form={form} />
        <Signals form={form} />
      </fieldset>
      <PathRules read={read.value} />
      <SaveBar />
    </form>
  );
}

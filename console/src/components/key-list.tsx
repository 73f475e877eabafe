/** The tenant's SDK keys: what they are for, which are live, and a new one. */
import { KeyRound, Plus } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { SdkKey } from "../api/settings";
import * as store from "../stores/keys";
import { KeyCard } from "./key-card";
import { KeyForm } from "./key-form";
import { KeyShown } from "./key-shown";
import { Failure, Notice } from "./notice";
import { SettingSkeletons } from "./skeletons";

const EMPTY = { label: "", origins: [], assertion_key: null };

function Head({ onNew }: { onNew: () => void }) {
  return (
    <div class="setting-head">
      <p class="lead">
        A key names your site to the SDK. It stands in your pages for everybody to see, so it is no
        secret: what protects it is the list of origins that may use it, and strict mode.
      </p>
      <button type="button" class="button primary" onClick={onNew}>
        <Plus size={15} aria-hidden="true" />
        New key
      </button>
    </div>
  );
}

function Retired({ keys, tenant }: { keys: SdkKey[]; tenant: string }) {
  if (keys.length === 0) return null;
  return (
    <details class="retired">
      <summary>Disabled and expired keys ({keys.length})</summary>
      <ul class="keys">
        {keys.map((key) => (
          <KeyCard key={key.id} sdkKey={key} tenant={tenant} />
        ))}
      </ul>
    </details>
  );
}

export function KeyList({ tenant }: { tenant: string }) {
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    store.keys.load(tenant);
    return () => {
      store.shownOnce.value = null;
    };
  }, [tenant]);
  const { state, problem, value } = store.keys;
  if (state.value === "failed" && problem.value) {
    return <Failure problem={problem.value} retry={() => store.keys.load(tenant)} />;
  }
  if (!value.value) return <SettingSkeletons label="Loading the keys" />;
  const now = Date.now();
  const live = value.value.filter((key) => ["live", "expiring"].includes(store.stateOf(key, now)));
  const retired = value.value.filter((key) => !live.includes(key));
  return (
    <>
      <Head onNew={() => setAdding(true)} />
      <KeyShown />
      {adding && (
        <KeyForm
          title="New key"
          start={EMPTY}
          action="Create key"
          onDone={() => setAdding(false)}
          onSave={store.addKey}
        />
      )}
      {live.length === 0 && !adding && (
        <Notice icon={KeyRound} title="No live key">
          <p>Without one, no page can record. Create a key for the site that you want to see.</p>
        </Notice>
      )}
      <ul class="keys" aria-label="Live keys">
        {live.map((key) => (
          <KeyCard key={key.id} sdkKey={key} tenant={tenant} />
        ))}
      </ul>
      <Retired keys={retired} tenant={tenant} />
    </>
  );
}

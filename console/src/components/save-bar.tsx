/** What saving the policy would change, and what to do if somebody else was quicker. */
import * as store from "../stores/policy";
import { FormError } from "./form-error";

function Overtaken() {
  const theirs = store.overtaken.value;
  if (!theirs) return null;
  const who = theirs.by.email ?? "Somebody";
  return (
    <div class="save-bar" role="alert">
      <p>
        <strong>
          {who} saved version {theirs.version} while you were editing.
        </strong>{" "}
        Nothing of yours was lost or saved.
      </p>
      <span class="save-actions">
        <button type="button" class="button" onClick={store.yieldTo}>
          Discard mine
        </button>
        <button type="button" class="button primary" onClick={store.rebase}>
          Compare mine with version {theirs.version}
        </button>
      </span>
    </div>
  );
}

export function SaveBar() {
  const change = store.difference.value;
  if (store.overtaken.value) return <Overtaken />;
  if (!change) return <div role="status" class="only-read" />;
  return (
    <div class="save-bar">
      <div role="status">
        {change.more.length > 0 && (
          <p>
            <span class="tag warn">More is recorded</span> {change.more.join(", ")}
          </p>
        )}
        {change.less.length > 0 && (
          <p>
            <span class="tag good">Less is recorded</span> {change.less.join(", ")}
          </p>
        )}
      </div>
      <FormError text={store.refusal.value} />
      <span class="save-actions">
        <button type="button" class="button" disabled={store.saving.value} onClick={store.discard}>
          Discard
        </button>
        <button type="submit" class="button primary" disabled={store.saving.value}>
          {store.saving.value ? "Saving" : "Save as a new version"}
        </button>
      </span>
    </div>
  );
}

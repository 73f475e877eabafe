/** The seal: by whose key recordings are encrypted, whether it answers, and how to change that. */
import { KeyRound, LockKeyhole, TriangleAlert } from "lucide-preact";
import { useEffect } from "preact/hooks";
import type { Membership } from "../api/types";
import type { Seal } from "../api/vault";
import { seal as resource, underWay, useWatch } from "../stores/vault";
import { Id } from "./id";
import { Failure } from "./notice";
import { SealActions } from "./seal-actions";
import { SealChange } from "./seal-change";
import { standingOf } from "./seal-words";
import { SettingSkeletons } from "./skeletons";

function Standing({ seal }: { seal: Seal }) {
  const { colour, title, text, todo } = standingOf(seal);
  const Icon = colour !== "good" ? TriangleAlert : seal.kms_key ? KeyRound : LockKeyhole;
  return (
    <section class={`seal-standing ${colour}`} aria-label="Its state">
      <Icon size={18} aria-hidden="true" />
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        {todo && (
          <p>
            <strong>What to do.</strong> {todo}
          </p>
        )}
        <dl>
          {seal.kms_key && (
            <>
              <dt>Key</dt>
              <dd>
                <Id value={seal.kms_key} label="key's name" />
              </dd>
            </>
          )}
          <dt>Region</dt>
          <dd>{seal.location}</dd>
        </dl>
      </div>
    </section>
  );
}

export function SealBoard({ tenant }: { tenant: Membership }) {
  useEffect(() => {
    resource.load(tenant.id);
  }, [tenant.id]);
  const { state, problem, value } = resource;
  const change = value.value?.operation ?? null;
  useWatch(resource, underWay(change));
  if (state.value === "failed" && problem.value) {
    return <Failure problem={problem.value} retry={() => resource.load(tenant.id)} />;
  }
  if (!value.value) return <SettingSkeletons label="Loading the seal" />;
  const owner = tenant.role === "owner";
  return (
    <div class="seal">
      <p class="lead">
        Recordings lie encrypted in your own bucket. The seal is the key that opens them: Google's,
        or one that you can disable, audit and destroy without asking anyone.
      </p>
      <Standing seal={value.value} />
      {change && <SealChange change={change} owner={owner} />}
      <SealActions seal={value.value} owner={owner} />
      <p class="hint">
        The state of a key is looked at every five minutes; recording notices at once. How to rotate
        a key, and what each failure means for visitors, is in the vault's documentation.
      </p>
    </div>
  );
}

/** What the owner of a key runs to show that they want this: a label and two grants. */
import type { Proof } from "../api/vault";
import { dateTime } from "../format/times";
import { CopyButton } from "./copy";

const USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
const SEE = "roles/cloudkms.viewer";

function commands({ key, label, value, agent, viewer }: Proof): string {
  const grant = (who: string, role: string) =>
    `gcloud kms keys add-iam-policy-binding ${key} \\\n  --member=serviceAccount:${who} \\\n  --role=${role}`;
  return [
    `gcloud kms keys update ${key} \\\n  --update-labels=${label}=${value}`,
    ...(agent ? [grant(agent, USE)] : []),
    ...(viewer ? [grant(viewer, SEE)] : []),
  ].join("\n");
}

export function SealProof({ proof }: { proof: Proof }) {
  const text = commands(proof);
  return (
    <section class="proof" aria-label="Prove that the key is yours">
      <p>
        Run this as somebody who may change the key, before{" "}
        <strong>{dateTime(Date.parse(proof.expires))}</strong>. The label shows that the key's owner
        wants it; the grants let Cloud Storage use the key and us see its state. We cannot use it
        ourselves.
      </p>
      <div class="snippet">
        <pre>
          <code>{text}</code>
        </pre>
        <CopyButton text={() => text} label="Copy the commands" />
      </div>
      {!proof.agent && (
        <p class="hint">The two accounts to grant appear here within a minute or two.</p>
      )}
    </section>
  );
}

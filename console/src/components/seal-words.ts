/** What a seal's state, a change of it and its failure mean, and what to do; the source is docs/vault.md. */
import type { Seal, SealChange } from "../api/vault";

export interface Standing {
  colour: "good" | "warn" | "bad";
  title: string;
  text: string;
  todo: string | null;
}

const OPEN_AGAIN = "Recording goes on by itself within minutes.";
const UNAVAILABLE: Record<string, { text: string; todo: string }> = {
  disabled: {
    text: "The key is disabled.",
    todo: `Enable its primary version in Cloud KMS. ${OPEN_AGAIN}`,
  },
  destroy_scheduled: {
    text: "The key is scheduled for destruction. Once that is done, every recording is lost for good.",
    todo: `If that is not meant, restore the version in Cloud KMS and enable it. ${OPEN_AGAIN}`,
  },
  destroyed: {
    text: "The key was destroyed. Entries of the list of sessions are being erased.",
    todo: "Nobody can read the recordings any more. Choose another seal to record again.",
  },
  permission_removed: {
    text: "Cloud Storage may no longer use the key.",
    todo: `Grant its service agent roles/cloudkms.cryptoKeyEncrypterDecrypter on the key again. ${OPEN_AGAIN}`,
  },
  no_primary_version: {
    text: "The key has no primary version that is enabled.",
    todo: `Make an enabled version the primary one in Cloud KMS. ${OPEN_AGAIN}`,
  },
};

function unavailable(reason: string | null): Standing {
  const { text, todo } = UNAVAILABLE[reason ?? ""] ?? {
    text: "The key refuses.",
    todo: `Look at its state and permissions in Cloud KMS. ${OPEN_AGAIN}`,
  };
  const effect =
    "Nothing is stored and nothing can be watched; visitors' browsers keep what they can for a while. No other key is ever used.";
  return { colour: "bad", title: "Your key is not available", text: `${text} ${effect}`, todo };
}

export function standingOf(seal: Seal): Standing {
  if (seal.state === "shredded") {
    return {
      colour: "bad",
      title: "Shredded",
      text: "Every version of the key was destroyed. Nobody can read what it sealed, now or later: the list of sessions was emptied, and the unreadable objects go when their retention ends.",
      todo: "Nothing new is stored until you choose another seal.",
    };
  }
  if (seal.state === "unavailable") return unavailable(seal.reason);
  if (seal.state === "unknown") {
    return {
      colour: "warn",
      title: "Sealed by your key, which we cannot see",
      text: "The key's owner does not let us look at its state. It seals all the same, as long as Cloud Storage may use it.",
      todo: "Grant us roles/cloudkms.viewer on the key, so that this page can say why if it refuses.",
    };
  }
  if (seal.mode === "google_managed") {
    return {
      colour: "good",
      title: "Sealed by Google-managed keys",
      text: "Recordings are encrypted by keys that Google makes, keeps and rotates.",
      todo: null,
    };
  }
  return {
    colour: "good",
    title: "Sealed by your key",
    text: "The key is enabled, and the bucket refuses every other. While it is disabled in Cloud KMS, nothing is recorded and nobody watches anything.",
    todo: null,
  };
}

/** Steps as people tell them apart; the API's own names are finer. */
export interface Phase {
  name: string;
  steps: string[];
}

const PROVE = { name: "Prove that the key is yours", steps: ["prove"] };
const TRY = { name: "Try the key on one object", steps: ["claim", "grant", "canary"] };
const SWITCH = {
  name: "Switch the bucket",
  steps: ["decide", "allow", "switch", "enforce", "publish"],
};
const RESEAL = { name: "Reseal every recording", steps: ["count", "reseal"] };
const FINISH = { name: "Clear up", steps: ["revoke", "release", "record"] };

export function phasesOf(change: SealChange): Phase[] {
  if (change.kind === "reseal") {
    return [{ name: "Get access", steps: ["grant"] }, RESEAL, FINISH];
  }
  if (change.mode === "google_managed") {
    return [{ name: "Prepare", steps: ["prove", ...TRY.steps] }, SWITCH, RESEAL, FINISH];
  }
  return [PROVE, TRY, SWITCH, RESEAL, FINISH];
}

export function changeTitle(change: SealChange): string {
  if (change.kind === "reseal") return "Resealing under the key's newest version";
  return change.mode === "google_managed"
    ? "Changing to Google-managed keys"
    : "Changing to a key of your own";
}

const WHY: Record<string, string> = {
  seal_aborted: "It was called off.",
  seal_proof_expired: "The key did not carry the label within 24 hours.",
  seal_key_refused:
    "This key cannot seal the bucket: it is in another region, its purpose is not symmetric encryption, or it is the operator's.",
  seal_key_taken: "This key seals another tenant's recordings.",
  seal_unavailable: "The key refused for hours.",
  attempts_exhausted: "It was tried for hours without success.",
};
const ADVICE: Record<string, string> = {
  seal_proof_expired: "Order it again and set the new label.",
  seal_key_refused: "Name a symmetric key of your own project, in the region below.",
  seal_key_taken: "Name another key.",
  seal_unavailable: "Enable the key and give Cloud Storage its permission, then order it again.",
  attempts_exhausted: "Ask your operator what the log says, then order it again.",
};

/** What a change that failed left behind, and what to do. */
export function failureOf(change: SealChange): { text: string; todo: string | null } {
  const code = change.error ?? "";
  const switched =
    change.kind === "change_seal" &&
    change.steps.indexOf(change.step) > change.steps.indexOf("switch");
  const left =
    change.kind === "reseal"
      ? "What was resealed stays so; the rest is under older versions, which still open it."
      : switched
        ? "The new seal is in force; recordings that were not resealed yet are under the former one. Keep the former key."
        : "The seal is what it was before.";
  return { text: `${WHY[code] ?? `It failed (${code}).`} ${left}`, todo: ADVICE[code] ?? null };
}

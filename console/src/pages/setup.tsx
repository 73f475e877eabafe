/** An invited user's first visit: the one-time link in the address sets the password. */
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import { FormError, useSubmit } from "../components/form-error";
import { setUp } from "../stores/account";
import { go } from "../stores/route";
import { Gate, PasswordField } from "./sign-in";

/** NIST SP 800-63B section 3.1.1.2 asks for length, not for kinds of characters; ours asks for 12. */
const MIN_PASSWORD_CHARS = 12;

function tokenInAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
}

function inWords(problem: Problem): string {
  if (problem.code === "setup_expired") {
    return "This link was used already or has expired. Ask who invited you for a new one.";
  }
  if (problem.code === "password_weak") {
    return problem.detail || "This password is too easy to guess. Choose a longer one.";
  }
  return problem.detail || problem.message;
}

export function SetUp() {
  const [token] = useState(tokenInAddress);
  const [password, setPassword] = useState("");
  // The token is a secret: it leaves the address bar and the history at once.
  useEffect(() => history.replaceState(null, "", "/setup"), []);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await setUp(token, password);
    go("/", true);
  }, inWords);
  if (!token) {
    return (
      <Gate title="This link is incomplete">
        <p class="quiet">Open the whole link from your invitation, or ask for a new one.</p>
        <a class="button wide" href="/">
          Go to sign-in
        </a>
      </Gate>
    );
  }
  return (
    <Gate title="Choose a password">
      <p class="quiet">
        You have been invited to Sealtape. The password opens your account from now on.
      </p>
      <form onSubmit={onSubmit}>
        <PasswordField
          label="New password"
          value={password}
          onInput={setPassword}
          autocomplete="new-password"
          minLength={MIN_PASSWORD_CHARS}
          hint={`At least ${MIN_PASSWORD_CHARS} characters. A few random words work well.`}
        />
        <FormError text={error} />
        <button type="submit" class="button primary wide" disabled={busy}>
          {busy ? "Saving" : "Save and sign in"}
        </button>
      </form>
    </Gate>
  );
}

/** Sign-in, shown in place at any address, so that the address survives an expired session. */
import { Eye, EyeOff } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../api/client";
import { Brand } from "../components/brand";
import { FormError, useSubmit } from "../components/form-error";
import { signIn, signInNotice } from "../stores/account";

/** The narrow page that sign-in and set-up share. */
export function Gate({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="gate">
      <div class="gate-card">
        <Brand size={28} />
        <h1>{title}</h1>
        {children}
      </div>
      <p class="gate-foot">
        Recordings stay sealed in your own bucket. Every viewing is written to the audit log.
      </p>
    </main>
  );
}

interface PasswordProps {
  value: string;
  onInput: (value: string) => void;
  autocomplete: "current-password" | "new-password";
  label: string;
  hint?: string;
  minLength?: number;
}

export function PasswordField({
  value,
  onInput,
  autocomplete,
  label,
  hint,
  minLength,
}: PasswordProps) {
  const [visible, setVisible] = useState(false);
  const Icon = visible ? EyeOff : Eye;
  return (
    <div class="field">
      <label for="password">{label}</label>
      <div class="with-button">
        <input
          id="password"
          type={visible ? "text" : "password"}
          value={value}
          required
          minLength={minLength}
          autocomplete={autocomplete}
          aria-describedby={hint ? "password-hint" : undefined}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <button
          type="button"
          class="button tiny plain"
          aria-label={visible ? "Hide password" : "Show password"}
          onClick={() => setVisible(!visible)}
        >
          <Icon size={16} aria-hidden="true" />
        </button>
      </div>
      {hint && (
        <p class="hint" id="password-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function inWords(problem: Problem): string {
  if (problem.code === "sign_in_failed") return "That email and password do not match.";
  if (problem.code === "sign_in_throttled") {
    return `Too many attempts. Try again in ${problem.retryAfterS ?? 60} s.`;
  }
  return problem.detail || problem.message;
}

export function SignIn() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, onSubmit } = useSubmit(() => signIn(email, password), inWords);
  return (
    <Gate title="Sign in">
      {signInNotice.value && <p class="gate-notice">{signInNotice.value}</p>}
      <form onSubmit={onSubmit}>
        <div class="field">
          <label for="email">Email</label>
          <input
            id="email"
            type="email"
            value={email}
            required
            autocomplete="username"
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        <PasswordField
          label="Password"
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
        />
        <FormError text={error} />
        <button type="submit" class="button primary wide" disabled={busy}>
          {busy ? "Signing in" : "Sign in"}
        </button>
      </form>
    </Gate>
  );
}

/** What a page says when it has nothing to show: a title, why, and the one next step. */
import type { LucideIcon } from "lucide-preact";
import { CloudOff, Lock, SearchX, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";

interface NoticeProps {
  icon: LucideIcon;
  title: string;
  children: ComponentChildren;
  role?: "alert" | "status";
}

export function Notice({ icon: Icon, title, children, role = "status" }: NoticeProps) {
  return (
    <div class="notice" role={role}>
      <span class="notice-icon">
        <Icon size={20} aria-hidden="true" />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function explain(problem: Problem): { icon: LucideIcon; title: string; text: string } {
  if (problem.status === 403) {
    const text = "Your role does not include this. An owner or admin of this tenant can grant it.";
    return { icon: Lock, title: "You may not see this", text };
  }
  if (problem.status === 404) {
    const text =
      "It may have expired with its retention, been erased, or belong to another tenant.";
    return { icon: SearchX, title: "There is no such session here", text };
  }
  const icon = problem.status === 0 ? CloudOff : TriangleAlert;
  const kept = problem.detail || "Nothing was changed. Trying again is safe.";
  return { icon, title: problem.message, text: kept };
}

/** A failed request in words, with a retry where trying again can help. */
export function Failure({ problem, retry }: { problem: Problem; retry: () => void }) {
  const { icon, title, text } = explain(problem);
  const final = problem.status === 403 || problem.status === 404;
  return (
    <Notice icon={icon} title={title} role="alert">
      <p>{text}</p>
      {problem.retryAfterS !== null && <p>Try again in {problem.retryAfterS} s.</p>}
      {final ? (
        <a class="button" href="/">
          Back to sessions
        </a>
      ) : (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </Notice>
  );
}

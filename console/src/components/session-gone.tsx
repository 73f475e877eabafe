/** Why a session cannot be opened, if that is known: erased, expired, shredded, or its key refuses. */
import { Eraser, Flame, Hourglass, KeyRound, type LucideIcon } from "lucide-preact";
import type { Problem } from "../api/client";
import { account } from "../stores/account";
import { follow } from "../stores/route";
import { Failure, Notice } from "./notice";

interface Gone {
  icon: LucideIcon;
  title: string;
  text: string;
  /** Where those who may look find out more. */
  more?: { href: string; name: string };
}

const GONE: Record<string, Gone> = {
  session_erased: {
    icon: Eraser,
    title: "This visit was erased",
    text: "Nothing of it is shown again, and nobody can bring it back. Its receipt says what was erased and when.",
    more: { href: "/vault/erasures", name: "See the erasures" },
  },
  session_expired: {
    icon: Hourglass,
    title: "This visit is past its retention",
    text: "Recordings are kept for as long as your tenant's retention says, and not a day longer.",
  },
  recording_shredded: {
    icon: Flame,
    title: "Shredded: the key was destroyed",
    text: "Recordings were sealed by a key that exists no more. Nobody can read them, now or later.",
    more: { href: "/vault/seal", name: "See the seal" },
  },
};
const READERS = ["owner", "admin", "auditor"];

/** A refusal's detail as a sentence. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function More({ more }: { more: Gone["more"] }) {
  const may = READERS.includes(account.value?.tenant.role ?? "");
  const { href, name } = more && may ? more : { href: "/", name: "Back to sessions" };
  return (
    <a class="button" href={href} onClick={follow}>
      {name}
    </a>
  );
}

export function SessionGone({ problem, retry }: { problem: Problem; retry: () => void }) {
  const gone = GONE[problem.code];
  if (gone) {
    return (
      <Notice icon={gone.icon} title={gone.title} role="alert">
        <p>{gone.text}</p>
        <More more={gone.more} />
      </Notice>
    );
  }
  if (problem.code !== "recording_unreadable") return <Failure problem={problem} retry={retry} />;
  return (
    <Notice icon={KeyRound} title="This recording cannot be opened now" role="alert">
      <p>
        {problem.detail && `${sentence(problem.detail)} `}It stays sealed until the key answers
        again, and is then here as it was.
      </p>
      <div class="notice-actions">
        <More more={{ href: "/vault/seal", name: "See the seal" }} />
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      </div>
    </Notice>
  );
}

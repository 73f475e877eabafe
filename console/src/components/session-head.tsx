/** The session page's part of the top bar: the way back, who and where, the policy, copy link. */
import { ChevronLeft, Link2, LockKeyhole } from "lucide-preact";
import type { SessionDetail } from "../api/types";
import { country } from "../format/countries";
import { absolute, ago } from "../format/times";
import type { OpenSession } from "../stores/recording";
import { follow } from "../stores/route";
import { CopyButton } from "./copy";
import { SessionMenu } from "./session-menu";
import { DeviceIcon, who } from "./session-row";

function linkTo(session: OpenSession): string {
  const seconds = Math.floor(session.playback.time.value / 1_000);
  const place = seconds > 0 ? `?t=${seconds}` : "";
  return `${location.origin}/sessions/${session.id}${place}`;
}

function CopyUser({ user }: { user: string }) {
  return <CopyButton text={() => user} label="Copy the visitor's hash" />;
}

function Facts({ detail }: { detail: SessionDetail }) {
  return (
    <>
      <span class={detail.user ? "head-who mono" : "head-who"}>{who(detail)}</span>
      {detail.user && <CopyUser user={detail.user} />}
      <span class="head-facts">
        <DeviceIcon device={detail.device} />
        <span class="clip">
          {[detail.browser, detail.os, `${detail.width}×${detail.height}`, country(detail.country)]
            .filter(Boolean)
            .join(", ")}
        </span>
        <time dateTime={new Date(detail.start_ms).toISOString()} title={absolute(detail.start_ms)}>
          {ago(detail.start_ms, Date.now())}
        </time>
      </span>
      <span
        class="tag good head-policy"
        title={`Recorded under policy version ${detail.policy}. Text and input are masked unless it allows them.`}
      >
        <LockKeyhole size={12} aria-hidden="true" />
        <span>
          Policy v{detail.policy}
          <span class="head-masked">, masked by default</span>
        </span>
      </span>
    </>
  );
}

export function SessionHead({ session }: { session: OpenSession }) {
  const detail = session.detail.value;
  return (
    <div class="head">
      <a class="button plain head-back" href="/" onClick={follow}>
        <ChevronLeft size={16} aria-hidden="true" />
        <span>Sessions</span>
      </a>
      <h1 class="only-read">Session</h1>
      {detail && <Facts detail={detail} />}
      {detail && (
        <CopyButton
          class="button head-copy"
          text={() => linkTo(session)}
          label="Copy link to this moment"
          icon={Link2}
        >
          Copy link
        </CopyButton>
      )}
      {detail && <SessionMenu detail={detail} />}
    </div>
  );
}

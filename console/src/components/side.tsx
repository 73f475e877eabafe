/** The side panel: moments by kind, and what is known about the session. */
import { useSignal } from "@preact/signals";
import type { SessionDetail } from "../api/types";
import type { Moment, MomentKind } from "../player/moments";
import type { OpenSession } from "../stores/recording";
import { Info } from "./info";
import { Moments } from "./moments";

type Tab = "all" | "error" | "console" | "network" | "info";

const LABELS: Record<Tab, string> = {
  all: "All",
  error: "Errors",
  console: "Console",
  network: "Network",
  info: "Info",
};
/** Tabs that appear only in sessions that have such moments: the policy rarely allows them. */
const RARE: MomentKind[] = ["console", "network"];

function count(moments: Moment[], kind: string): number {
  return moments.reduce((sum, moment) => sum + (moment.kind === kind ? 1 : 0), 0);
}

export function Side({ session, detail }: { session: OpenSession; detail: SessionDetail }) {
  const tab = useSignal<Tab>("all");
  const { moments } = session.playback.timeline.value;
  const rare = RARE.filter((kind) => count(moments, kind) > 0) as Tab[];
  const tabs: Tab[] = ["all", "error", ...rare, "info"];
  const errors = count(moments, "error");
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[tabs.indexOf(tab.value) + by];
    if (by === 0 || !next) return;
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  const shown = tab.value === "all" ? moments : moments.filter((each) => each.kind === tab.value);
  return (
    <aside class="side" aria-label="What happened">
      <div class="tabs" role="tablist" aria-label="Show" tabIndex={-1} onKeyDown={onKey}>
        {tabs.map((name) => (
          <button
            type="button"
            key={name}
            id={`tab-${name}`}
            role="tab"
            aria-selected={tab.value === name}
            aria-controls="side-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {LABELS[name]}
            {name === "error" && errors > 0 && <span class="tab-count">{errors}</span>}
          </button>
        ))}
      </div>
      <div id="side-panel" class="side-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {tab.value === "info" ? (
          <Info session={session} detail={detail} />
        ) : (
          <Moments
            moments={shown}
            playback={session.playback}
            complete={session.complete.value}
            kind={LABELS[tab.value].toLowerCase()}
          />
        )}
      </div>
    </aside>
  );
}

/** One session: the recorded page, its timeline, and what happened in it. */
import { useEffect, useMemo } from "preact/hooks";
import { Frame } from "../components/frame";
import { Player } from "../components/player";
import { SessionGone } from "../components/session-gone";
import { SessionHead } from "../components/session-head";
import { PlayerSkeleton } from "../components/skeletons";
import { OpenSession } from "../stores/recording";

/** The place asked for by `?t=`, in milliseconds. */
function placeInAddress(): number {
  const seconds = Number(new URLSearchParams(location.search).get("t"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

function Body({ session }: { session: OpenSession }) {
  const problem = session.problem.value;
  if (session.state.value === "failed" && problem) {
    return <SessionGone problem={problem} retry={() => session.open(placeInAddress())} />;
  }
  if (session.state.value === "loading" || !session.detail.value) return <PlayerSkeleton />;
  return <Player session={session} detail={session.detail.value} />;
}

export default function Session({ id }: { id: string }) {
  const session = useMemo(() => new OpenSession(id), [id]);
  useEffect(() => {
    document.title = "Session · Sealtape";
    void session.open(placeInAddress());
    return () => session.close();
  }, [session]);
  return (
    <Frame bar={<SessionHead session={session} />}>
      <Body session={session} />
    </Frame>
  );
}

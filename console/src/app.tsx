/** Chooses the page by who is signed in and by the address. */
import { lazy, Suspense } from "preact/compat";
import { Frame } from "./components/frame";
import { Failure } from "./components/notice";
import { PlayerSkeleton } from "./components/skeletons";
import { Posture } from "./pages/posture";
import { Sessions } from "./pages/sessions";
import { Settings } from "./pages/settings";
import { SetUp } from "./pages/setup";
import { SignIn } from "./pages/sign-in";
import { Unknown } from "./pages/unknown";
import { Vault } from "./pages/vault";
import { accountProblem, accountState, loadAccount } from "./stores/account";
import { route } from "./stores/route";

/** The replayer is most of the code: it is fetched when a session is first opened. */
const Session = lazy(() => import("./pages/session"));

export function App() {
  const at = route.value;
  if (at.page === "setup") return <SetUp />;
  switch (accountState.value) {
    case "loading":
      return <div class="blank" role="status" aria-label="Loading" />;
    case "failed":
      return (
        <main class="gate">
          {accountProblem.value && <Failure problem={accountProblem.value} retry={loadAccount} />}
        </main>
      );
    case "out":
      return <SignIn />;
    case "in":
      break;
  }
  if (at.page === "sessions") return <Sessions />;
  if (at.page === "settings") return <Settings tab={at.tab} />;
  if (at.page === "vault") return <Vault tab={at.tab} />;
  if (at.page === "posture") return <Posture />;
  if (at.page === "unknown") return <Unknown />;
  const waiting = (
    <Frame bar={null}>
      <PlayerSkeleton />
    </Frame>
  );
  return (
    <Suspense fallback={waiting}>
      <Session key={at.id} id={at.id} />
    </Suspense>
  );
}

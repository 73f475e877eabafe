/** Settings: what may be recorded, by which keys, and what became of it. */
import { useEffect } from "preact/hooks";
import { Frame } from "../components/frame";
import { KeyList } from "../components/key-list";
import { OutcomeBoard } from "../components/outcome-board";
import { PolicyForm } from "../components/policy-form";
import { account } from "../stores/account";
import { follow, type SettingsTab } from "../stores/route";

const TABS: { tab: SettingsTab; name: string }[] = [
  { tab: "policy", name: "Policy" },
  { tab: "keys", name: "Keys" },
  { tab: "outcomes", name: "Outcomes" },
];
const EDITORS = ["owner", "admin"];

export function Settings({ tab }: { tab: SettingsTab }) {
  const me = account.value?.tenant;
  const tenant = me?.id ?? "";
  const name = TABS.find((each) => each.tab === tab)?.name ?? "";
  useEffect(() => {
    document.title = `${name} · Settings · Sealtape`;
  }, [name]);
  return (
    <Frame bar={null}>
      <div class="settings">
        <h1>Settings</h1>
        <nav class="setting-tabs" aria-label="Settings">
          {TABS.map((each) => (
            <a
              key={each.tab}
              href={`/settings/${each.tab}`}
              aria-current={each.tab === tab ? "page" : undefined}
              onClick={follow}
            >
              {each.name}
            </a>
          ))}
        </nav>
        {tab === "policy" && (
          <PolicyForm tenant={tenant} mayEdit={EDITORS.includes(me?.role ?? "")} />
        )}
        {tab === "keys" && <KeyList tenant={tenant} />}
        {tab === "outcomes" && <OutcomeBoard tenant={tenant} />}
      </div>
    </Frame>
  );
}

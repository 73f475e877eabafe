/** The vault: by whose key it is sealed, what was erased from it, and what was taken along. */
import { useEffect } from "preact/hooks";
import { ErasureList } from "../components/erasure-list";
import { ExportList } from "../components/export-list";
import { Frame } from "../components/frame";
import { SealBoard } from "../components/seal-board";
import { account } from "../stores/account";
import { follow, type VaultTab } from "../stores/route";

const TABS: { tab: VaultTab; name: string }[] = [
  { tab: "seal", name: "Seal" },
  { tab: "erasures", name: "Erasures" },
  { tab: "exports", name: "Exports" },
];

export function Vault({ tab }: { tab: VaultTab }) {
  const tenant = account.value?.tenant;
  const name = TABS.find((each) => each.tab === tab)?.name ?? "";
  useEffect(() => {
    document.title = `${name} · Vault · Sealtape`;
  }, [name]);
  if (!tenant) return null;
  return (
    <Frame bar={null}>
      <div class="settings">
        <h1>Vault</h1>
        <nav class="setting-tabs" aria-label="Vault">
          {TABS.map((each) => (
            <a
              key={each.tab}
              href={`/vault/${each.tab}`}
              aria-current={each.tab === tab ? "page" : undefined}
              onClick={follow}
            >
              {each.name}
            </a>
          ))}
        </nav>
        {tab === "seal" && <SealBoard tenant={tenant} />}
        {tab === "erasures" && <ErasureList tenant={tenant} />}
        {tab === "exports" && <ExportList tenant={tenant} />}
      </div>
    </Frame>
  );
}

/** What can be done with a session beyond watching it: take it along, or erase it. */
import { Ellipsis, Eraser, Package } from "lucide-preact";
import type { SessionDetail } from "../api/types";
import { account } from "../stores/account";
import { follow } from "../stores/route";
import { Menu } from "./menu";

const EDITORS = ["owner", "admin"];

export function SessionMenu({ detail }: { detail: SessionDetail }) {
  const may = EDITORS.includes(account.value?.tenant.role ?? "");
  const items = [
    { name: "Export this session", href: `/vault/exports?session=${detail.id}`, icon: Package },
    { name: "Erase this session", href: `/vault/erasures?session=${detail.id}`, icon: Eraser },
    ...(detail.user
      ? [{ name: "Erase this visitor", href: `/vault/erasures?user=${detail.user}`, icon: Eraser }]
      : []),
  ];
  return (
    <Menu
      label="More about this session"
      class="button square"
      align="end"
      button={<Ellipsis size={16} aria-hidden="true" />}
    >
      {!may && <p class="menu-note">Owners and admins can export and erase sessions.</p>}
      {items.map(({ name, href, icon: Icon }) =>
        may ? (
          <a key={name} role="menuitem" href={href} onClick={follow}>
            <Icon size={14} aria-hidden="true" />
            {name}
          </a>
        ) : (
          <button key={name} type="button" role="menuitem" aria-disabled="true">
            <Icon size={14} aria-hidden="true" />
            {name}
          </button>
        ),
      )}
    </Menu>
  );
}

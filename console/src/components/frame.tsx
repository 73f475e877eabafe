/** The frame around every page of a signed-in member: rail, top bar, and on phones a bottom bar. */
import {
  Building2,
  Check,
  ChevronsUpDown,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Play,
  Settings,
  ShieldCheck,
  Sun,
  Vault,
} from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { account, signOut, switchTenant } from "../stores/account";
import { COLOURS, lookOnce, shown } from "../stores/posture";
import { follow, go, type Route, route } from "../stores/route";
import { type Theme, theme } from "../stores/theme";
import { Brand } from "./brand";
import { Menu } from "./menu";

const THEMES: { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: "system", label: "As the system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
];

async function choose(tenant: string): Promise<void> {
  await switchTenant(tenant);
  go("/");
}

function TenantSwitcher() {
  const me = account.value;
  if (!me) return null;
  const name = (
    <>
      <Building2 size={16} aria-hidden="true" />
      <span class="clip">{me.tenant.name}</span>
    </>
  );
  if (me.tenants.length < 2) return <div class="tenant">{name}</div>;
  const button = (
    <>
      {name}
      <ChevronsUpDown size={14} aria-hidden="true" />
    </>
  );
  return (
    <Menu label={`Tenant ${me.tenant.name}, switch`} class="tenant" button={button}>
      {me.tenants.map((tenant) => (
        <button
          type="button"
          key={tenant.id}
          role="menuitemradio"
          aria-checked={tenant.id === me.tenant.id}
          onClick={() => choose(tenant.id)}
        >
          <span class="clip">{tenant.name}</span>
          <span class="quiet small">{tenant.role}</span>
          {tenant.id === me.tenant.id && <Check size={14} aria-hidden="true" />}
        </button>
      ))}
    </Menu>
  );
}

function AccountMenu() {
  const me = account.value;
  if (!me) return null;
  const initial = me.user.email.slice(0, 1).toUpperCase();
  return (
    <Menu
      label={`Account of ${me.user.email}`}
      class="avatar"
      align="end"
      button={<span aria-hidden="true">{initial}</span>}
    >
      <div class="menu-head">
        <span class="clip">{me.user.email}</span>
        <span class="quiet small">
          {me.tenant.role} of {me.tenant.name}
        </span>
      </div>
      {THEMES.map(({ value, label, icon: Icon }) => (
        <button
          type="button"
          key={value}
          role="menuitemradio"
          aria-checked={theme.value === value}
          onClick={() => {
            theme.value = value;
          }}
        >
          <Icon size={14} aria-hidden="true" />
          {label}
          {theme.value === value && <Check size={14} aria-hidden="true" class="end" />}
        </button>
      ))}
      <hr />
      <button type="button" role="menuitem" onClick={() => signOut()}>
        <LogOut size={14} aria-hidden="true" />
        Sign out
      </button>
    </Menu>
  );
}

interface LinkProps {
  href: string;
  pages: Route["page"][];
  icon: LucideIcon;
  name: string;
  children?: ComponentChildren;
}

function RailLink({ href, pages, icon: Icon, name, children }: LinkProps) {
  const current = pages.includes(route.value.page);
  return (
    <a href={href} class="rail-link" aria-current={current ? "page" : undefined} onClick={follow}>
      <Icon size={16} aria-hidden="true" />
      {name}
      {children}
    </a>
  );
}

const STANDINGS = { pass: "every promise kept", notice: "something to look at", fail: "broken" };

/** The dot says how the tenant stands before anybody opens the page. */
function PostureLink() {
  useEffect(lookOnce);
  const standing = shown.value?.standing;
  return (
    <RailLink href="/posture" pages={["posture"]} icon={ShieldCheck} name="Posture">
      {standing && (
        <>
          <span class={`dot ${COLOURS[standing]}`} aria-hidden="true" />
          <span class="only-read">, {STANDINGS[standing]}</span>
        </>
      )}
    </RailLink>
  );
}

/** `bar` is what the page puts into the top bar, left of the account. */
export function Frame({ bar, children }: { bar: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class="frame">
      <nav class="rail" aria-label="Main">
        <a href="/" class="rail-brand" onClick={follow}>
          <Brand />
        </a>
        <TenantSwitcher />
        <div class="rail-links">
          <RailLink href="/" pages={["sessions", "session"]} icon={Play} name="Sessions" />
        </div>
        <div class="rail-links rail-foot">
          <RailLink href="/vault/seal" pages={["vault"]} icon={Vault} name="Vault" />
          <RailLink href="/settings" pages={["settings"]} icon={Settings} name="Settings" />
          <PostureLink />
        </div>
      </nav>
      <header class="top">
        <div class="top-page">{bar}</div>
        <AccountMenu />
      </header>
      <main class="main">{children}</main>
    </div>
  );
}

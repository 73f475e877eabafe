/** The vault's three pages: what they show, and what a member orders there. */
import { useEffect } from "preact/hooks";
import {
  type Erasure,
  type Export,
  type Mode,
  type Order,
  type Seal,
  type SealChange,
  vault,
} from "../api/vault";
import { account } from "./account";
import { Resource } from "./resource";

/** How often something under way is looked at again, in milliseconds: a tick does a step each minute. */
const WATCH_MS = 4_000;

export const erasures = new Resource<Erasure[]>(vault.erasures);
export const exported = new Resource<Export[]>(vault.exports);
export const seal = new Resource<Seal>(vault.seal);

const here = (): string => account.value?.tenant.id ?? "";

export async function erase(order: Order): Promise<void> {
  await vault.erase(order);
  await erasures.load(here());
}

export async function startExport(session: string | null): Promise<void> {
  await vault.export(session);
  await exported.load(here());
}

export async function changeSeal(mode: Mode, key: string | null): Promise<void> {
  await vault.changeSeal(mode, key);
  await seal.load(here());
}

export async function reseal(): Promise<void> {
  await vault.reseal();
  await seal.load(here());
}

export async function abortSeal(): Promise<void> {
  await vault.abortSeal();
  await seal.load(here());
}

export const underWay = (change: SealChange | null): boolean =>
  change !== null && (change.state === "pending" || change.state === "running");

/** Reads `resource` again every few seconds, and when the page is looked at anew, while it is busy. */
export function useWatch<T>(resource: Resource<T>, busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const look = () => {
      if (!document.hidden) void resource.refresh();
    };
    const timer = setInterval(look, WATCH_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [resource, busy]);
}

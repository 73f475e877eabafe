/** Path rules: below some addresses a page tells less than the policy allows. */
import type { Policy } from "../wire.ts";

const plain = (path: string): string => decodeURI(path).toLowerCase();

/** Returns `policy` with what its path rules leave of it at `path`, as `location.pathname` has it. */
export function narrow(policy: Policy, path: string): Policy {
  const forbidden = policy.paths.flatMap(({ prefix, forbid }) => {
    try {
      return `${plain(path)}/`.startsWith(plain(prefix)) ? forbid : [];
    } catch {
      return forbid; // half an escape: nobody knows where this is
    }
  });
  return { ...policy, allow: policy.allow.filter((each) => !forbidden.includes(each)) };
}

/** The two lines that a page needs to be recorded, ready to paste. */
import type { Embed } from "../api/types";

/** Where a page of a strict key gets its proof: the path that docs/strict-mode.md uses. */
const PROOF = 'assertion: () => fetch("/sealtape-assertion").then((answer) => answer.text())';

export function snippet({ script, endpoint }: Embed, key: string, strict = false): string {
  const options = [`key: "${key}"`, `endpoint: "${endpoint}"`, ...(strict ? [PROOF] : [])];
  return `<script src="${script}"></script>\n<script>Sealtape.init({ ${options.join(", ")} })</script>`;
}

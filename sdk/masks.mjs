/** The SDK's masks in node, for what compares or measures them outside a browser. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const resolveDir = fileURLToPath(new URL("src/privacy", import.meta.url));

/** Bundles `contents`, a module that stands in src/privacy, and answers what it exports. */
export async function load(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const bytes = Buffer.from(outputFiles[0].text).toString("base64");
  return import(`data:text/javascript;base64,${bytes}`);
}

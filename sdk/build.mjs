/** Builds the one file that a page loads, its ESM twin and its types. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { slimRecorder } from "./slim.mjs";

/** The page's budget (P8 of the performance bars): bytes after gzip -9. */
const MAX_GZIPPED_BYTES = 32 * 1024;

const shared = {
  entryPoints: ["src/index.ts"],
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "none",
  plugins: [slimRecorder],
};

await build({ ...shared, format: "iife", globalName: "Sealtape", outfile: "dist/sealtape.js" });
await build({ ...shared, format: "esm", outfile: "dist/sealtape.mjs" });

const gzipped = gzipSync(readFileSync("dist/sealtape.js"), { level: 9 }).length;
console.log(`dist/sealtape.js: ${gzipped} bytes gzipped, of ${MAX_GZIPPED_BYTES} allowed`);
if (gzipped > MAX_GZIPPED_BYTES) process.exit(1);

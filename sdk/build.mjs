/** Builds the one file that a page loads, its ESM twin and their types. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { slimRecorder } from "./slim.mjs";

/** The page's budget (P8 of the performance bars): bytes after gzip -9. */
const MAX_GZIPPED_BYTES = 32 * 1024;
/** Browsers of 2022 and later; older ones fail to parse the file and are not recorded. */
const TARGET = "es2022";

/** Bundles to one file of `format`; terser saves 5 % after esbuild's own minification. */
async function bundle(format, file) {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/index.ts"],
    bundle: true,
    minify: true,
    format,
    globalName: "Sealtape",
    target: TARGET,
    legalComments: "none",
    plugins: [slimRecorder],
    write: false,
    metafile: true,
    outfile: file,
  });
  const options = { ecma: 2020, module: format === "esm", compress: { passes: 3 } };
  const { code } = await minify(outputFiles[0].text, options);
  writeFileSync(file, code);
  return Object.values(metafile.outputs)[0].exports;
}

mkdirSync("dist", { recursive: true });
await bundle("iife", "dist/sealtape.js");
const names = await bundle("esm", "dist/sealtape.mjs");
const types = names.map((name) => `export declare const ${name}: Api["${name}"];\n`);
types.push("export as namespace Sealtape;\n");
writeFileSync("dist/sealtape.d.ts", `${readFileSync("src/api.ts", "utf8")}\n${types.join("")}`);

const gzipped = gzipSync(readFileSync("dist/sealtape.js"), { level: 9 }).length;
console.log(`dist/sealtape.js: ${gzipped} bytes gzipped, of ${MAX_GZIPPED_BYTES} allowed`);
if (gzipped > MAX_GZIPPED_BYTES) process.exit(1);

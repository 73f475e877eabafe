/** The parts of an export that is ready: sizes, hashes, and a download that compares them. */
import { Download as DownloadIcon } from "lucide-preact";
import type { Export, Part } from "../api/vault";
import { bytes, plural } from "../format/numbers";
import { absolute, span } from "../format/times";
import { type Download, download, downloadAll, downloadOf, saveManifest } from "../stores/download";
import { CopyButton } from "./copy";

function Progress({ at }: { at: Download }) {
  switch (at.state) {
    case "running":
      return <span class="quiet">{Math.round(at.share * 100)} %</span>;
    case "done":
      return <span class="tag good">Hash matches</span>;
    case "failed":
      return <span class="part-failed">{at.words}</span>;
    case "none":
      return null;
  }
}

function Row({ row, part }: { row: Export; part: Part }) {
  const at = downloadOf(row, part).value;
  return (
    <tr>
      <th scope="row">{part.n}.tar</th>
      <td data-name="Objects">{part.objects.toLocaleString("en")}</td>
      <td data-name="Size">{bytes(part.bytes)}</td>
      <td data-name="SHA-256" class="hash">
        <span class="id">
          <code class="clip" title={part.sha256}>
            {part.sha256}
          </code>
          <CopyButton text={() => part.sha256} label={`Copy the hash of part ${part.n}`} />
        </span>
      </td>
      <td class="part-action">
        <Progress at={at} />
        <button
          type="button"
          class="button"
          disabled={at.state === "running"}
          aria-label={`Download part ${part.n}`}
          onClick={() => download(row, part)}
        >
          <DownloadIcon size={14} aria-hidden="true" />
          Download
        </button>
      </td>
    </tr>
  );
}

export function ExportParts({ row }: { row: Export }) {
  const parts = row.manifest?.parts ?? [];
  const ends = row.expires_ms ?? 0;
  if (parts.length === 0) return <p class="entry-text">There was nothing to export.</p>;
  const size = parts.reduce((sum, part) => sum + part.bytes, 0);
  return (
    <>
      <div class="parts-head">
        <p class="entry-text">
          {plural(row.objects, "object")}, {bytes(size)}.{" "}
          <strong title={absolute(ends)}>Removed in {span(Math.max(0, ends - Date.now()))}.</strong>
        </p>
        <button type="button" class="button" onClick={() => saveManifest(row)}>
          Manifest
        </button>
        <button type="button" class="button" onClick={() => downloadAll(row)}>
          <DownloadIcon size={14} aria-hidden="true" />
          Download all
        </button>
      </div>
      <table class="outcomes parts">
        <caption class="only-read">Parts</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Objects</th>
            <th scope="col">Size</th>
            <th scope="col" class="hash">
              SHA-256
            </th>
            <th scope="col">
              <span class="only-read">Download</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <Row key={part.n} row={row} part={part} />
          ))}
        </tbody>
      </table>
    </>
  );
}

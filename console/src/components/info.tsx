/** What was recorded, what was hidden, and what is missing. */
import { LockKeyhole } from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { PageDetail, SessionDetail } from "../api/types";
import { country } from "../format/countries";
import { bytes, plural } from "../format/numbers";
import { absolute, clock } from "../format/times";
import type { OpenSession } from "../stores/recording";
import { Id } from "./id";

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Hidden({ detail }: { detail: SessionDetail }) {
  return (
    <section class="hidden-box">
      <h2>
        <LockKeyhole size={14} aria-hidden="true" />
        Recorded under policy v{detail.policy}
      </h2>
      <p>
        Text, typed values and the query part of addresses are masked before they leave the
        visitor's browser, unless the policy allows them. Masked text is drawn as soft bars.
      </p>
      <p>
        {detail.masked > 0
          ? `The server had to mask ${plural(detail.masked, "more value")}.`
          : "The server found nothing left to mask."}
      </p>
    </section>
  );
}

function losses(page: PageDetail): string[] {
  const words: string[] = [];
  const { missing, dropped, final } = page;
  if (missing.length > 0) words.push(`${plural(missing.length, "part")} never arrived`);
  if (dropped > 0) words.push(`${plural(dropped, "event")} lost by the browser`);
  if (!final) words.push("may be cut off at its end");
  return words;
}

function Pages({ pages }: { pages: PageDetail[] }) {
  const tabs = [...new Set(pages.map((page) => page.tab))];
  return (
    <ol class="info-pages">
      {pages.map((page) => (
        <li key={page.id}>
          <span class="info-path clip" title={page.paths.join(" › ")}>
            {page.paths.join(" › ") || "(unknown page)"}
          </span>
          <span class="quiet">
            {clock(page.last_ms - page.first_ms)}, {plural(page.batches, "part")},{" "}
            {bytes(page.bytes)}
            {tabs.length > 1 && `, tab ${tabs.indexOf(page.tab) + 1}`}
          </span>
          {losses(page).map((words) => (
            <span key={words} class="info-loss">
              {words}
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}

export function Info({ session, detail }: { session: OpenSession; detail: SessionDetail }) {
  const damaged = session.tracks.value.reduce((sum, track) => sum + track.damaged, 0);
  const unreadable = session.tracks.value.reduce((sum, track) => sum + track.unreadable, 0);
  const { tabs } = session.playback.timeline.value;
  return (
    <div class="info">
      <Hidden detail={detail} />
      <dl>
        <Fact name="Session">
          <Id value={detail.id} label="session id" />
        </Fact>
        <Fact name="Visitor">
          {detail.user ? <Id value={detail.user} label="visitor's hash" /> : "Anonymous"}
        </Fact>
        <Fact name="Started">{absolute(detail.start_ms)}</Fact>
        <Fact name="Length">{clock(detail.duration_ms)}</Fact>
        <Fact name="Site">{detail.origin}</Fact>
        <Fact name="Device">
          {detail.browser}, {detail.os}, {detail.device}, {detail.width}×{detail.height}
        </Fact>
        {country(detail.country) && <Fact name="Country">{country(detail.country)}</Fact>}
        <Fact name="Stored">
          {bytes(detail.bytes)} in {plural(detail.batches, "part")}
        </Fact>
        <Fact name="Whole">
          {detail.complete ? "Yes, nothing is missing" : "No, see the pages below"}
        </Fact>
        {damaged > 0 && <Fact name="Damaged">{plural(damaged, "part")} could not be read</Fact>}
        {unreadable > 0 && <Fact name="Unreadable">{plural(unreadable, "event")} left out</Fact>}
      </dl>
      <h2>{plural(detail.pages.length, "page load")}</h2>
      <p class="quiet small">
        Played one after another by when they began; the time between them is left out.
        {tabs > 1 && " This visit used several tabs at once."}
      </p>
      <Pages pages={detail.pages} />
    </div>
  );
}

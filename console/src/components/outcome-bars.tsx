/** A small bar for each day: stored below, refused on top. The table beside it holds the numbers. */
import type { Sum } from "../stores/outcomes";

const share = (part: number, whole: number): string => `${whole ? (part / whole) * 100 : 0}%`;

export function OutcomeBars({ days }: { days: Sum[] }) {
  const most = Math.max(...days.map((day) => day.accepted + day.refused));
  return (
    <figure class="panel outcome-bars">
      <figcaption>
        <span>Batches a day</span>
        <span class="key-stored">stored</span>
        <span class="key-refused">refused</span>
      </figcaption>
      <div class="bars" aria-hidden="true">
        {days.map((day) => (
          <div
            class="day"
            key={day.name}
            title={`${day.name}: ${day.accepted} stored, ${day.refused} refused`}
          >
            <div class="stack">
              <span class="refused" style={{ height: share(day.refused, most) }} />
              <span class="stored" style={{ height: share(day.accepted, most) }} />
            </div>
            <span class="small quiet">{day.name.split(",")[0]}</span>
          </div>
        ))}
      </div>
    </figure>
  );
}

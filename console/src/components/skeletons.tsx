/** Placeholders in the shape of what is about to appear. */

const ROW_WIDTHS = [62, 48, 71, 55, 40, 66, 52, 59];

export function SessionSkeletons() {
  return (
    <div class="skeleton-list" role="status" aria-label="Loading sessions">
      {ROW_WIDTHS.map((width) => (
        <div class="skeleton-row" key={width}>
          <span class="skeleton" style={{ width: "72px" }} />
          <span class="skeleton" style={{ width: `${width}%` }} />
          <span class="skeleton" style={{ width: "80px" }} />
        </div>
      ))}
    </div>
  );
}

export function PlayerSkeleton() {
  return (
    <div class="player-skeleton" role="status" aria-label="Loading the session">
      <span class="skeleton stage-skeleton" />
      <div class="side-skeleton">
        {ROW_WIDTHS.map((width) => (
          <span class="skeleton" key={width} style={{ width: `${width + 20}%` }} />
        ))}
      </div>
    </div>
  );
}

const PANELS = [3, 2, 2];

export function SettingSkeletons({ label }: { label: string }) {
  return (
    <div class="setting-skeletons" role="status" aria-label={label}>
      {PANELS.map((rows, at) => (
        <div class="panel" key={at}>
          {ROW_WIDTHS.slice(0, rows).map((width) => (
            <span class="skeleton" key={width} style={{ width: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  );
}

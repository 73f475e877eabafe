/** The mark: a sealed strip of tape with a play head in it. */
export function Brand({ size = 24 }: { size?: number }) {
  return (
    <span class="brand">
      <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
        <rect width="24" height="24" rx="6" fill="var(--accent-fill)" />
        <path d="M9.5 7.6v8.8l7-4.4z" fill="var(--on-accent)" />
      </svg>
      <span>Sealtape</span>
    </span>
  );
}

/** Countries by their names; a code that names none stands for itself. */

const names = new Intl.DisplayNames("en", { type: "region" });

/** `DE` is `Germany`; what is no code is nothing: an imported recording may say anything. */
export function country(code: string | null | undefined): string {
  return code && /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : "";
}

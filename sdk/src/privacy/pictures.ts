/** Pictures; see lib/privacy/pictures.py, whose results these equal. */
import { PICTURE_CHARS } from "../limits.ts";

const MOST = 1_000;
const DATA = "data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]*=*";
const PICTURE = new RegExp(`^${DATA}$`);
const ADDRESS = new RegExp(`^url\\([ \\t\\n\\r\\f]*("|'|)(${DATA})\\1[ \\t\\n\\r\\f]*\\)$`);

export const isPicture = (address: string): boolean =>
  address.length <= PICTURE_CHARS && PICTURE.test(address);

/** The place of a style sheet's url(...), which joins `pictures`, if it may. */
export function putAside(url: string, pictures: string[]): string | undefined {
  const picture = ADDRESS.exec(url.slice(0, 3).toLowerCase() + url.slice(3))?.[2];
  const fits = picture && picture.length <= PICTURE_CHARS && pictures.length < MOST;
  return fits ? `url(]${pictures.push(picture) - 1})` : undefined;
}

export const putBack = (css: string, pictures: string[]): string =>
  css.replace(/url\(\]([0-9]+)\)/g, (_, at) => `url(${pictures[at]})`);

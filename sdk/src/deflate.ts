/**
 * Gzip at once and in little code: LZ77 with the fixed Huffman codes of RFC 1951.
 *
 * Used only where the browser's own CompressionStream cannot be: at exit, when nothing asynchronous
 * is sure to come back, and in browsers that have none. A general library would cost every page four
 * times the bytes, and pack these few batches about a fifth better.
 */

/** The longest and shortest match, and how far back one may lie: RFC 1951 section 3.2.5. */
const LONGEST = 258;
const SHORTEST = 3;
const WINDOW = 32 * 1024;
/** Earlier places that are tried for a match: more finds little and takes time at exit. */
const TRIES = 24;
const HASH_BITS = 15;
const END_OF_BLOCK = 256;

/** RFC 1952 section 2.3: deflate, no flags, no time, any system. */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
const CRC_POLYNOMIAL = 0xedb88320;

class Bits {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #at = HEADER.length;
  #waiting = 0;
  #count = 0;

  /** Fixed codes take at most 9 bits for each of `size` bytes; 32 are frame. */
  constructor(size: number) {
    this.bytes = new Uint8Array(Math.ceil((size * 9) / 8) + 32);
    this.bytes.set(HEADER);
  }

  /** Appends the `count` low bits of `value`, the lowest first. */
  put(value: number, count: number): void {
    this.#waiting |= value << this.#count;
    this.#count += count;
    for (; this.#count >= 8; this.#count -= 8) {
      this.bytes[this.#at++] = this.#waiting;
      this.#waiting >>>= 8;
    }
  }

  /** Appends a Huffman code, its highest bit first. */
  code(value: number, count: number): void {
    while (count--) this.put((value >> count) & 1, 1);
  }

  /** A literal or length symbol: RFC 1951 section 3.2.6. */
  symbol(symbol: number): void {
    if (symbol < 144) this.code(symbol + 48, 8);
    else if (symbol < 256) this.code(symbol + 256, 9);
    else if (symbol < 280) this.code(symbol - 256, 7);
    else this.code(symbol - 88, 8);
  }

  /** Fills the last byte, appends two 32-bit numbers, answers all that was written. */
  close(crc: number, size: number): Uint8Array<ArrayBuffer> {
    this.put(0, 7);
    const view = new DataView(this.bytes.buffer);
    view.setUint32(this.#at, crc, true);
    view.setUint32(this.#at + 4, size, true);
    return this.bytes.subarray(0, this.#at + 8);
  }
}

/**
 * Writes `value` as a code and extra bits. Codes come in groups of `group`, each group with one more
 * extra bit than the one before; the first two groups have none.
 */
function putGrouped(bits: Bits, value: number, group: number, put: (code: number) => void): void {
  const extra = Math.max(0, Math.floor(Math.log2(value / group)));
  put(group * extra + (value >> extra));
  bits.put(value & (2 ** extra - 1), extra);
}

function putMatch(bits: Bits, length: number, distance: number): void {
  // The longest has a code of its own, without extra bits.
  if (length === LONGEST) bits.symbol(285);
  else putGrouped(bits, length - SHORTEST, 4, (code) => bits.symbol(END_OF_BLOCK + 1 + code));
  putGrouped(bits, distance - 1, 2, (code) => bits.code(code, 5));
}

function checksum(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 && CRC_POLYNOMIAL);
  }
  return ~crc;
}

/** Where each three bytes were seen before, newest first. */
class Places {
  readonly #data: Uint8Array;
  readonly #newest = new Int32Array(1 << HASH_BITS).fill(-1);
  readonly #older: Int32Array;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#older = new Int32Array(data.length);
  }

  #hash(at: number): number {
    const three =
      ((this.#data[at] ?? 0) << 16) | ((this.#data[at + 1] ?? 0) << 8) | (this.#data[at + 2] ?? 0);
    return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
  }

  note(at: number): void {
    const hash = this.#hash(at);
    this.#older[at] = this.#newest[hash] ?? -1;
    this.#newest[hash] = at;
  }

  /** The longest earlier occurrence of what begins at `at`. */
  longest(at: number): { length: number; distance: number } {
    const data = this.#data;
    const most = Math.min(LONGEST, data.length - at);
    const best = { length: 0, distance: 0 };
    let place = this.#newest[this.#hash(at)] ?? -1;
    for (let tries = TRIES; tries && place >= 0 && at - place <= WINDOW; tries--) {
      let length = 0;
      while (length < most && data[place + length] === data[at + length]) length++;
      if (length > best.length) Object.assign(best, { length, distance: at - place });
      place = this.#older[place] ?? -1;
    }
    return best;
  }
}

/** Returns `data` as one gzip member without optional fields. */
export function gzip(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = new Bits(data.length);
  const places = new Places(data);
  // One block, the last, with fixed codes.
  bits.put(0b011, 3);
  for (let at = 0; at < data.length; ) {
    const { length, distance } = places.longest(at);
    const found = length >= SHORTEST;
    if (found) putMatch(bits, length, distance);
    else bits.symbol(data[at] ?? 0);
    for (const end = at + (found ? length : 1); at < end; at++) places.note(at);
  }
  bits.symbol(END_OF_BLOCK);
  return bits.close(checksum(data), data.length);
}

/** Reads the pixels of a picture that a browser has made: 8 bits a channel, not interlaced. */
import { inflateSync } from 'node:zlib';

export type Rgb = readonly [number, number, number];
export interface Picture {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Rgb;
}

const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** PNG, ISO/IEC 15948: chunks, then rows each filtered by what stands left of and above it. */
export function readPng(file: Buffer): Picture {
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const channels = CHANNELS[file[25] ?? -1];
  if (file[24] !== 8 || channels === undefined || file[28] !== 0) throw new Error('another kind of PNG');
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const pixels = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  return {
    width,
    height,
    at: (x, y) => {
      const from = (Math.round(y) * width + Math.round(x)) * channels;
      return [pixels[from] ?? 0, pixels[from + 1] ?? 0, pixels[from + 2] ?? 0];
    },
  };
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** What each kind of filter adds, by the bytes left of, above and in the corner above. */
const FILTERS: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

function unfiltered(raw: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const add = FILTERS[raw[y * (stride + 1)] ?? 0];
    if (!add) throw new Error('an unknown filter');
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let i = 0; i < stride; i += 1) {
      const left = i < channels ? 0 : (out[to + i - channels] ?? 0);
      const up = y === 0 ? 0 : (out[to + i - stride] ?? 0);
      const corner = i < channels || y === 0 ? 0 : (out[to + i - stride - channels] ?? 0);
      out[to + i] = ((raw[from + i] ?? 0) + add(left, up, corner)) & 255;
    }
  }
  return out;
}

const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
/** WCAG 2.2 relative luminance of what is seen. */
export const luminanceOf = ([r, g, b]: Rgb): number =>
  0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);

/** WCAG 2.2 contrast of two colours. */
export function contrastOf(a: Rgb, b: Rgb): number {
  const [one, other] = [luminanceOf(a), luminanceOf(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

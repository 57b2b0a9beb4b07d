import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 3: red, green, blue; 4: and alpha. */
  readonly channels: 3 | 4;
  /** Rows from the top, one byte a channel. */
  readonly pixels: Buffer;
}

const HEADER_BYTES = 8;

/** Reads a PNG as browsers write it: eight bits a channel, in colour, not interlaced (ISO/IEC 15948). */
export function readPng(png: Buffer): Picture {
  const parts: Buffer[] = [];
  let [width, height, kind] = [0, 0, 0];
  for (let at = HEADER_BYTES; at < png.length;) {
    const size = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + size);
    if (type === 'IHDR')
      [width, height, kind] = [body.readUInt32BE(0), body.readUInt32BE(4), body.readUInt16BE(8)];
    if (type === 'IDAT') parts.push(body);
    at += size + 12;
  }
  const channels = kind === 0x0802 ? 3 : kind === 0x0806 ? 4 : undefined;
  if (channels === undefined) throw new Error(`a PNG of kind ${kind} is not read`);
  return {
    width,
    height,
    channels,
    pixels: unfilter(inflateSync(Buffer.concat(parts)), width * channels, channels),
  };
}

/** Each row says how its bytes were foretold: by the left one, the upper one, their mean, or the nearest of three. */
function unfilter(raw: Buffer, rowBytes: number, channels: number): Buffer {
  const rows = raw.length / (rowBytes + 1);
  const pixels = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row += 1) {
    const filter = raw[row * (rowBytes + 1)]!;
    const [from, to] = [row * (rowBytes + 1) + 1, row * rowBytes];
    for (let i = 0; i < rowBytes; i += 1) {
      const left = i >= channels ? pixels[to + i - channels]! : 0;
      const up = row > 0 ? pixels[to + i - rowBytes]! : 0;
      const corner = i >= channels && row > 0 ? pixels[to + i - rowBytes - channels]! : 0;
      pixels[to + i] = (raw[from + i]! + foretold(filter, left, up, corner)) & 0xff;
    }
  }
  return pixels;
}

function foretold(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

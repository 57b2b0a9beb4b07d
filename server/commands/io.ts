import type { Writable } from 'node:stream';

/** Where a command's data and its talk go. */
export interface CommandIo {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

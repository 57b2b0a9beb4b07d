/** What a `datetime-local` field takes: the viewer's time without a zone, to the second. */
export function fieldTime(atMs: number | null): string {
  if (atMs === null) return '';
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - offsetMs).toISOString().slice(0, 19);
}

/** What such a field holds, epoch ms; null when it is empty or incomplete. */
export function fieldMoment(event: Event): number | null {
  const atMs = Date.parse((event.target as HTMLInputElement).value);
  return Number.isFinite(atMs) ? atMs : null;
}

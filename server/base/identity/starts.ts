/** How often one address may ask for a code; behind a proxy that does not say who asks, all screens share one. */
const PER_ADDRESS = 30;
const WINDOW_MS = 600_000;
/** Addresses remembered; beyond, the one that has asked longest ago is forgotten. */
const MAX_ADDRESSES = 1_000;

/** Whether this address may ask once more. */
export function createStartLimit(): (address: string, nowMs: number) => boolean {
  const asked = new Map<string, readonly number[]>();
  return (address, nowMs) => {
    const recent = (asked.get(address) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    const isAdmitted = recent.length < PER_ADDRESS;
    asked.delete(address);
    asked.set(address, isAdmitted ? [...recent, nowMs] : recent);
    const [oldest] = asked.keys();
    if (asked.size > MAX_ADDRESSES && oldest !== undefined) asked.delete(oldest);
    return isAdmitted;
  };
}

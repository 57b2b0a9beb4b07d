import type { Scheduler } from './scheduler.ts';

/** One log file as the simulation sees it: lines wait here until the shell takes them. */
export interface LineLog {
  /** Microsecond that the next line will bear. No two lines of a file share one, so queue ids made from it are unique. */
  nextUs(): number;
  /** A line of a program of this host, stamped with RFC 3339 and microseconds. */
  syslog(program: string, pid: number, text: string): void;
  /** Dovecot names its process inside the text and logs no pid in the tag. */
  dovecot(text: string): void;
  /** A line as rspamd's own logger writes it, in UTC. */
  rspamd(pid: number, tag: string, text: string): void;
  /** Complete lines so far, as one text; they are gone afterwards. */
  take(): string;
}

/** A log of `host`; stamps never decrease, even where deeds fall together. */
export function createLineLog(scheduler: Scheduler, host: string, utcOffsetMinutes: number): LineLog {
  const local = secondsCache((seconds) => isoLocal(seconds, utcOffsetMinutes).replace(' ', 'T'));
  const utc = secondsCache((seconds) => isoLocal(seconds, 0));
  const zone = formatZone(utcOffsetMinutes);
  let lines: string[] = [];
  let lastUs = 0;

  const nextUs = () => Math.max(Math.floor(scheduler.now() * 1_000), lastUs + 1);

  function stamp(): string {
    lastUs = nextUs();
    const seconds = Math.floor(lastUs / 1_000_000);
    return `${local(seconds)}.${String(1_000_000 + lastUs - seconds * 1_000_000).slice(1)}${zone}`;
  }

  return {
    nextUs,
    syslog: (program, pid, text) => void lines.push(`${stamp()} ${host} ${program}[${pid}]: ${text}\n`),
    dovecot: (text) => void lines.push(`${stamp()} ${host} dovecot: ${text}\n`),
    rspamd(pid, tag, text) {
      lastUs = nextUs();
      lines.push(`${utc(Math.floor(lastUs / 1_000_000))} #${pid}(rspamd_proxy) <${tag}>; proxy; ${text}\n`);
    },
    take() {
      const text = lines.join('');
      lines = [];
      return text;
    },
  };
}

/** `YYYY-MM-DD hh:mm:ss` at this offset. */
function isoLocal(seconds: number, offsetMinutes: number): string {
  return new Date((seconds + offsetMinutes * 60) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}

function formatZone(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function secondsCache(format: (seconds: number) => string): (seconds: number) => string {
  let known = -1;
  let text = '';
  return (seconds) => {
    if (seconds !== known) text = format(seconds);
    known = seconds;
    return text;
  };
}

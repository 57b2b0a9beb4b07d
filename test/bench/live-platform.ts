/** The platform that is watched: one busy Postfix log with mail for many tenants. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptText, disconnectText } from '../../server/demo/postfix-lines.ts';

/** A message that was taken in and waits. */
export interface Waiting {
  readonly tenantId: string;
  /** Just before its lines were written. */
  readonly writtenMs: number;
  /** Writes that all its recipients have it. */
  deliver(): void;
}

export interface LivePlatform {
  readonly configPath: string;
  readonly tenantIds: readonly string[];
  start(): void;
  stop(): void;
  /** A message from this tenant for so many recipients, up to its place in the active queue, in one write. */
  accept(tenantId: string, recipients: number): Waiting;
  lines(): number;
}

const SERVICE = { smtpd: 5_201, cleanup: 5_202, qmgr: 5_203, smtp: 5_204 } as const;
type Service = keyof typeof SERVICE;
const EVERY_MS = 50;
const CLIENT = { host: 'mx4.elsewhere.example', ip: '198.51.100.16', helo: 'mx4.elsewhere.example' };

/** Writes the configuration into `dir`; with `start` the log gets so many whole messages a second, by turns for each tenant. */
export function createLivePlatform(dir: string, tenants: number, messagesPerSecond: number): LivePlatform {
  const tenantIds = Array.from({ length: tenants }, (_, i) => `t${String(i).padStart(3, '0')}`);
  const log = join(dir, 'mail.log');
  const configPath = join(dir, 'mailvigil.yaml');
  let messages = 0;
  let lines = 0;
  let timer: NodeJS.Timeout | undefined;
  writeConfig(dir, configPath, tenantIds);
  writeFileSync(log, '');

  return { configPath, tenantIds, start, stop: () => clearInterval(timer), accept, lines: () => lines };

  function start(): void {
    const startedMs = performance.now();
    let done = 0;
    timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) / 1_000) * messagesPerSecond);
      const batch: string[] = [];
      for (; done < due; done++) batch.push(...background(tenantIds[done % tenants] ?? ''));
      write(batch);
    }, EVERY_MS);
  }

  function accept(tenantId: string, recipients: number): Waiting {
    const id = nextId();
    const writtenMs = Date.now();
    write([
      line('smtpd', `connect from ${CLIENT.host}[${CLIENT.ip}]`),
      ...arrival(id, `u@${tenantId}.example`, recipients),
    ]);
    const deliver = (): void => {
      const to = Array.from({ length: recipients }, (_, i) => `r${i}@elsewhere.example`);
      write([...to.map((each) => delivery(id, each)), removal(id)]);
    };
    return { tenantId, writtenMs, deliver };
  }

  function background(tenantId: string): string[] {
    const id = nextId();
    return [
      line('smtpd', `connect from ${CLIENT.host}[${CLIENT.ip}]`),
      ...arrival(id, 'news@elsewhere.example', 1),
      delivery(id, `user${messages % 50}@${tenantId}.example`),
      removal(id),
      line('smtpd', disconnectText(CLIENT, { isTls: true, rcptOk: 1, rcptFailed: 0, data: 'ok' })),
    ];
  }

  /** As a Postfix with short queue ids names them: microseconds and an inode, in hexadecimal. */
  function nextId(): string {
    messages += 1;
    return `A${messages.toString(16).toUpperCase().padStart(9, '0')}`;
  }

  function write(batch: readonly string[]): void {
    lines += batch.length;
    if (batch.length > 0) appendFileSync(log, batch.join(''));
  }
}

function arrival(id: string, from: string, recipients: number): string[] {
  return [
    line('smtpd', `${id}: client=${CLIENT.host}[${CLIENT.ip}]`),
    line('cleanup', `${id}: message-id=<${id.toLowerCase()}@elsewhere.example>`),
    line('qmgr', `${id}: from=<${from}>, size=1201, nrcpt=${recipients} (queue active)`),
  ];
}

function delivery(queueId: string, to: string): string {
  const relay = 'store.elsewhere.example[127.0.31.5]:2525';
  return line(
    'smtp',
    attemptText({
      queueId,
      to,
      relay,
      delaysMs: [50, 0, 0, 10],
      dsn: '2.0.0',
      status: 'sent',
      reason: '250 2.0.0 Ok',
    }),
  );
}

function removal(id: string): string {
  return line('qmgr', `${id}: removed`);
}

function line(service: Service, text: string): string {
  return `${new Date().toISOString().replace('Z', '000+00:00')} mx1 postfix/${service}[${SERVICE[service]}]: ${text}\n`;
}

function writeConfig(dir: string, configPath: string, tenantIds: readonly string[]): void {
  const tenants = tenantIds.map((id) => ({ id, name: `Tenant ${id.slice(1)}`, domains: [`${id}.example`] }));
  const source = {
    id: 'mx1-log',
    type: 'log',
    format: 'syslog',
    paths: ['mail.log'],
    initial: 'start',
    host: 'mx1',
  };
  writeFileSync(join(dir, 'tenants.json'), JSON.stringify({ tenants }));
  // JSON is YAML.
  writeFileSync(configPath, JSON.stringify({ tenants: 'tenants.json', sources: [source], logLevel: 'warn' }));
}

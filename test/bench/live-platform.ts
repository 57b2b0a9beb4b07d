/** The platform that is watched: one busy Postfix log with mail for many tenants. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptText, disconnectText, milterRejectText } from '../../server/demo/postfix-lines.ts';

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
}

const SERVICE = { smtpd: 5_201, cleanup: 5_202, qmgr: 5_203, smtp: 5_204 } as const;
type Service = keyof typeof SERVICE;
const EVERY_MS = 50;
const SPAM_SHARE = 0.1;
const MEAN_WAIT_MS = 800;
const CLIENT = { host: 'mx4.elsewhere.example', ip: '198.51.100.16', helo: 'mx4.elsewhere.example' };

/**
 * Writes the configuration into `dir`; with `start` the log gets so many messages a second, by turns for each tenant:
 * a tenth is refused as spam, the others come in or go out, one recipient each, and wait for a while.
 */
export function createLivePlatform(dir: string, tenants: number, messagesPerSecond: number): LivePlatform {
  const tenantIds = Array.from({ length: tenants }, (_, i) => `t${String(i).padStart(3, '0')}`);
  const log = join(dir, 'mail.log');
  const configPath = join(dir, 'mailvigil.yaml');
  /** Turn → deliveries that are due in it. */
  const due = new Map<number, (() => string[])[]>();
  let messages = 0;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  writeConfig(dir, configPath, tenantIds);
  writeFileSync(log, '');

  return { configPath, tenantIds, start, stop, accept };

  function start(): void {
    const perTurn = (messagesPerSecond * EVERY_MS) / 1_000;
    const startedMs = performance.now();
    let turn = 0;
    timer = setInterval(() => {
      for (; turn < (performance.now() - startedMs) / EVERY_MS; turn++) {
        const arrivals = Array.from({ length: perTurn }, (_, i) => {
          return arrive(tenantIds[(turn * perTurn + i) % tenants] ?? '', turn);
        });
        write([...arrivals.flat(), ...(due.get(turn) ?? []).flatMap((deliver) => deliver())]);
        due.delete(turn);
      }
    }, EVERY_MS);
  }

  /** Deliveries may still be under way. */
  function stop(): void {
    clearInterval(timer);
    isStopped = true;
  }

  function accept(tenantId: string, recipients: number): Waiting {
    const id = nextId();
    const to = Array.from({ length: recipients }, (_, i) => `r${i}@elsewhere.example`);
    const deliver = (): void => write([...to.map((each) => delivery(id, each, 0)), removal(id)]);
    const writtenMs = Date.now();
    write([connect(), ...taken(id), active(id, `u@${tenantId}.example`, recipients)]);
    return { tenantId, writtenMs, deliver };
  }

  function arrive(tenantId: string, turn: number): string[] {
    const id = nextId();
    const [inside, outside] = [`user${messages % 50}@${tenantId}.example`, 'news@elsewhere.example'];
    if (Math.random() < SPAM_SHARE) {
      const refused = { client: CLIENT, from: outside, to: inside };
      return [
        connect(),
        ...taken(id),
        line('cleanup', milterRejectText(id, refused, '5.7.1 Spam message rejected')),
        disconnect(),
      ];
    }
    const [from, to] = Math.random() < 0.5 ? [inside, outside] : [outside, inside];
    const waitMs = -Math.log(1 - Math.random()) * MEAN_WAIT_MS;
    const at = turn + 1 + Math.floor(waitMs / EVERY_MS);
    due.set(at, [...(due.get(at) ?? []), () => [delivery(id, to, waitMs), removal(id)]]);
    return [connect(), ...taken(id), active(id, from, 1), disconnect()];
  }

  /** As a Postfix with short queue ids names them: microseconds and an inode, in hexadecimal. */
  function nextId(): string {
    messages += 1;
    return `A${messages.toString(16).toUpperCase().padStart(9, '0')}`;
  }

  function write(batch: readonly string[]): void {
    if (batch.length > 0 && !isStopped) appendFileSync(log, batch.join(''));
  }
}

const connect = (): string => line('smtpd', `connect from ${CLIENT.host}[${CLIENT.ip}]`);

const disconnect = (): string =>
  line('smtpd', disconnectText(CLIENT, { isTls: true, rcptOk: 1, rcptFailed: 0, data: 'ok' }));

function taken(id: string): string[] {
  return [
    line('smtpd', `${id}: client=${CLIENT.host}[${CLIENT.ip}]`),
    line('cleanup', `${id}: message-id=<${id.toLowerCase()}@elsewhere.example>`),
  ];
}

const active = (id: string, from: string, recipients: number): string =>
  line('qmgr', `${id}: from=<${from}>, size=1201, nrcpt=${recipients} (queue active)`);

function delivery(queueId: string, to: string, waitMs: number): string {
  const relay = 'store.elsewhere.example[127.0.31.5]:2525';
  const delaysMs = [50, waitMs, 0, 10] as const;
  return line(
    'smtp',
    attemptText({ queueId, to, relay, delaysMs, dsn: '2.0.0', status: 'sent', reason: '250 2.0.0 Ok' }),
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

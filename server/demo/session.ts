import type { ScanOutcome } from './filter.ts';
import type { Message, Target } from './message.ts';
import { tenantOf } from './message.ts';
import { clientText, disconnectText, holdText, milterRejectText, rcptRejectText } from './postfix-lines.ts';
import type { Client, Refused, SessionCounts } from './postfix-lines.ts';
import type { Queue } from './queue.ts';
import type { Parties } from './tally.ts';
import type { Tenant } from './tenants.ts';
import type { Nature } from './verdicts.ts';
import type { Cluster, Host, World } from './world.ts';

/** A message that somebody wants to hand over. */
export interface Mail {
  readonly nature: Nature;
  readonly messageId: string;
  readonly sizeBytes: number;
  readonly from: string;
  readonly senderTenant?: Tenant | undefined;
  readonly returnTo?: Target | undefined;
  readonly client: Client;
  readonly targets: readonly Target[];
  /** From outside and not seen before. */
  readonly isStranger: boolean;
  /** Signed in on the submission port. */
  readonly login?: string;
}

/** Postfix' answer to the whole message. */
export type Reply =
  | { readonly isOk: true; readonly queueId: string }
  | { readonly isOk: false; readonly isTemporary: boolean; readonly text: string };

const UNKNOWN = 'Recipient address rejected: User unknown in relay recipient table';
const MILTER_SILENT =
  "warning: milter inet:127.0.0.1:11332: can't read SMFIC_BODYEOB reply packet header: Connection timed out";
const GAVE_UP = '4.7.1 Service unavailable - try again later';
/** Clients that drop the line while they send. */
const LOST_SHARE = 0.0008;

/** SMTP service of one host. */
export function createReceiver(world: World, host: Host, queue: Queue): Cluster['receive'] {
  const pids = createPidPool(5_200);
  return (mail, done) => new Session({ world, host, queue, pids, mail, done }).begin();
}

interface SessionDeps {
  readonly world: World;
  readonly host: Host;
  readonly queue: Queue;
  readonly pids: PidPool;
  readonly mail: Mail;
  readonly done: (reply: Reply) => void;
}

interface QueueFile {
  readonly id: string;
  readonly us: number;
}

/** One SMTP session with one message, from connect to disconnect. */
class Session {
  readonly #deps: SessionDeps;
  readonly #pid: number;
  readonly #cleanupPid: number;
  readonly #program: string;
  readonly #known: readonly Target[];
  readonly #parties: Parties;
  readonly #refused: Refused;

  constructor(deps: SessionDeps) {
    const { mail, pids, world } = deps;
    this.#deps = deps;
    this.#pid = pids.take();
    this.#cleanupPid = 5_100 + world.random.int(12);
    this.#program = mail.login === undefined ? 'postfix/smtpd' : 'postfix/submission/smtpd';
    this.#known = mail.targets.filter((target) => !isUnknown(target));
    this.#parties = { from: mail.senderTenant, to: this.#known.map(tenantOf) };
    this.#refused = { client: mail.client, from: mail.from, to: this.#known[0]?.address ?? '' };
  }

  begin(): void {
    const { scheduler, random } = this.#deps.world;
    this.#say(`connect from ${clientText(this.#deps.mail.client)}`);
    scheduler.after(random.lognormal(60, 0.5), () => this.#recipients());
  }

  #say(text: string): void {
    this.#deps.host.log.syslog(this.#program, this.#pid, text);
  }

  #clean(text: string): void {
    this.#deps.host.log.syslog('postfix/cleanup', this.#cleanupPid, text);
  }

  #recipients(): void {
    const { mail, world } = this.#deps;
    const { scheduler, random } = world;
    let file: QueueFile | undefined;
    for (const target of mail.targets) {
      if (isUnknown(target)) this.#rejectRecipient(file?.id, target);
      else file ??= this.#openFile();
    }
    const opened = file;
    if (!opened) return this.#finish({ isOk: false, isTemporary: false, text: `5.1.1 ${UNKNOWN}` });
    if (mail.isStranger && random.chance(LOST_SHARE)) return scheduler.after(900, () => this.#lose());
    scheduler.after(random.lognormal(20, 0.6), () => this.#data(opened));
  }

  #openFile(): QueueFile {
    const { host, mail, world } = this.#deps;
    const file = host.newQueueId();
    const sasl = mail.login === undefined ? '' : `, sasl_method=PLAIN, sasl_username=${mail.login}`;
    this.#say(`${file.id}: client=${clientText(mail.client)}${sasl}`);
    world.tally.event('accepted');
    return file;
  }

  #rejectRecipient(queueId: string | undefined, target: Target): void {
    const { tally } = this.#deps.world;
    const reply = `550 5.1.1 <${target.address}>: ${UNKNOWN}`;
    this.#say(rcptRejectText(queueId, { ...this.#refused, to: target.address }, reply));
    tally.event('rejected');
    tally.count('rejectedPermanent', { from: this.#parties.from, to: [tenantOf(target)] });
  }

  #data(file: QueueFile): void {
    const { mail, world, host } = this.#deps;
    const { nature, messageId, from, sizeBytes, isStranger, login, client } = mail;
    this.#clean(`${file.id}: message-id=<${messageId}>`);
    world.tally.event('message-id');
    const rcpts = this.#known.map((target) => target.address);
    const scan = { nature, messageId, queueId: file.id, ip: client.ip, login, from, rcpts, sizeBytes };
    const done = (outcome: ScanOutcome) => this.#endOfData(file, outcome);
    host.filter.scan({ ...scan, isStranger, parties: this.#parties }, done);
  }

  #endOfData(file: QueueFile, { action, text }: ScanOutcome): void {
    const { mail, host, queue, world } = this.#deps;
    if (action === 'timeout') {
      this.#clean(MILTER_SILENT);
      world.tally.event('trouble');
      return this.#refuse(file.id, GAVE_UP, true);
    }
    if (action === 'reject' || action === 'soft reject')
      return this.#refuse(file.id, text, action === 'soft reject');
    const subject = host.rules.hold?.(mail);
    if (subject !== undefined) this.#hold(file.id, subject);
    queue.accept(makeMessage(mail, file, this.#known), subject !== undefined);
    this.#finish({ isOk: true, queueId: file.id });
  }

  #refuse(id: string, text: string, isTemporary: boolean): void {
    this.#clean(milterRejectText(id, this.#refused, text));
    const { tally } = this.#deps.world;
    tally.event('rejected');
    tally.count(isTemporary ? 'rejectedTemporary' : 'rejectedPermanent', this.#firstOnly());
    this.#finish({ isOk: false, isTemporary, text });
  }

  #hold(id: string, subject: string): void {
    this.#clean(holdText(id, this.#refused, subject));
    const { tally } = this.#deps.world;
    tally.event('held cleanup');
    tally.count('held', this.#firstOnly());
  }

  /** cleanup's lines name one recipient only. */
  #firstOnly(): Parties {
    return { from: this.#parties.from, to: this.#parties.to.slice(0, 1) };
  }

  #lose(): void {
    const { random } = this.#deps.world;
    this.#say(
      `lost connection after DATA (${random.int(9_000)} bytes) from ${clientText(this.#deps.mail.client)}`,
    );
    this.#finish({ isOk: false, isTemporary: true, text: '4.4.2 lost connection' });
  }

  #finish(reply: Reply): void {
    const { world, mail, pids, done } = this.#deps;
    const counts: SessionCounts = {
      isTls: mail.login !== undefined,
      ...(mail.login === undefined ? {} : { auth: 'ok' }),
      rcptOk: this.#known.length,
      rcptFailed: mail.targets.length - this.#known.length,
      ...(this.#known.length === 0 ? {} : { data: reply.isOk ? 'ok' : 'failed' }),
    };
    world.scheduler.after(world.random.between(0.5, 25), () => {
      this.#say(disconnectText(mail.client, counts));
      pids.give(this.#pid);
    });
    done(reply);
  }
}

function isUnknown(target: Target): boolean {
  return target.kind === 'mailbox' && target.state === 'unknown';
}

function makeMessage(mail: Mail, { id, us }: QueueFile, known: readonly Target[]): Message {
  const { messageId, nature, from, senderTenant, returnTo, sizeBytes } = mail;
  const arrivedMs = us / 1_000;
  const recipients = known.map((target) => ({ target, isDone: false }));
  const ids = { queueId: id, messageId, nature, sender: from, senderTenant, returnTo, arrivedMs, sizeBytes };
  const fresh = {
    state: 'incoming',
    activeMs: arrivedMs,
    nextTryMs: 0,
    openAttempts: 0,
    hasBounced: false,
  } as const;
  return { ...ids, ...fresh, recipients };
}

interface PidPool {
  take(): number;
  give(pid: number): void;
}

/** Process ids: one session each at a time, used again as Postfix uses its processes again. */
function createPidPool(from: number): PidPool {
  const free: number[] = [];
  let next = from;
  return { take: () => free.pop() ?? next++, give: (pid) => void free.push(pid) };
}

/** Tenants and their services, with what each has been through in the last ten minutes. */
import type { Books } from '../../../aggregate/books.ts';
import { isOwned } from '../../../aggregate/scope.ts';
import { normaliseDomain, type Tenant } from '../../../attribute/tenants-file.ts';
import type { Attempt, Login, MailEvent, Rejected, Verdict } from '../../../collect/event.ts';
import { isBeyondUs } from '../../../aggregate/attempts.ts';

const SLOT_MS = 60_000;
const SLOTS = 10;
/** Hosts, filters and routes told apart at one unit. */
const MAX_PARTS = 12;

interface Slot {
  slot: number;
  sent: number;
  putOff: number;
  taken: number;
  refused: number;
  loginOk: number;
  loginFault: number;
}
export type Counted = Omit<Slot, 'slot'>;

const empty = (slot: number): Slot => ({
  ...{ slot, sent: 0, putOff: 0, taken: 0, refused: 0, loginOk: 0, loginFault: 0 },
});

/** One tenant, or one service of it. */
export class UnitFlow {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly service: string | null;
  readonly cluster: string | null;
  /** Key of a part → when it was last seen at work for this unit. */
  readonly parts = new Map<string, number>();
  /** Waiting for longer than it should, by the last census. */
  late = 0;
  readonly #slots: Slot[] = [];

  constructor(tenant: Tenant, service: NonNullable<Tenant['services']>[number] | null) {
    this.tenant = tenant.id;
    this.service = service?.id ?? null;
    this.id = service ? `${tenant.id}/${service.id}` : tenant.id;
    this.name = service ? `${tenant.name} ${service.name ?? service.id}` : tenant.name;
    this.cluster = service?.cluster ?? tenant.cluster ?? null;
  }

  slot(atMs: number): Slot {
    const slot = Math.floor(atMs / SLOT_MS);
    const last = this.#slots.at(-1);
    if (last && last.slot >= slot) return last;
    const next = empty(slot);
    this.#slots.push(next);
    if (this.#slots.length > SLOTS) this.#slots.shift();
    return next;
  }

  saw(part: string, atMs: number): void {
    if (this.parts.size < MAX_PARTS || this.parts.has(part)) this.parts.set(part, atMs);
  }

  /** Of the last ten minutes. */
  counted(nowMs: number): Counted {
    const first = Math.floor(nowMs / SLOT_MS) - SLOTS;
    const sum = empty(0);
    for (const one of this.#slots) {
      if (one.slot <= first) continue;
      for (const key of ['sent', 'putOff', 'taken', 'refused', 'loginOk', 'loginFault'] as const)
        sum[key] += one[key];
    }
    return sum;
  }

  /** Everything its mail has needed of late, and what the directory says. */
  keys(nowMs: number): readonly string[] {
    const own = [
      ...(this.cluster === null ? [] : [`cluster:${this.cluster}`]),
      ...(this.service === null ? [] : [`service:${this.service}`]),
    ];
    for (const [part, atMs] of this.parts) if (nowMs - atMs <= SLOTS * SLOT_MS * 3) own.push(part);
    return own;
  }
}

/** Events by the unit that they concern. */
export class Units {
  readonly list: readonly UnitFlow[];
  readonly #books: () => Books;
  readonly #byDomain = new Map<string, UnitFlow>();
  readonly #byTenant = new Map<number, UnitFlow>();

  constructor(tenants: readonly Tenant[], books: () => Books) {
    this.#books = books;
    this.list = tenants.flatMap((tenant, place) => {
      const services = (tenant.services ?? []).map((service) => {
        const unit = new UnitFlow(tenant, service);
        for (const domain of service.domains ?? []) this.#byDomain.set(normaliseDomain(domain), unit);
        return unit;
      });
      if (services.length > 0) return services;
      const whole = new UnitFlow(tenant, null);
      this.#byTenant.set(place, whole);
      return [whole];
    });
  }

  /** Undefined: nobody’s, or of a tenant with services but of none of them. */
  of(address: string): UnitFlow | undefined {
    const domain = normaliseDomain(address.slice(address.lastIndexOf('@') + 1));
    const service = this.#byDomain.get(domain);
    if (service) return service;
    const owner = this.#books().directory.ownerOfDomain(domain);
    return isOwned(owner) ? this.#byTenant.get(owner) : undefined;
  }

  event(event: MailEvent): void {
    if (event.kind === 'attempt') this.#attempt(event);
    else if (event.kind === 'rejected') this.#rejected(event);
    else if (event.kind === 'verdict') this.#verdict(event);
    else if (event.kind === 'login') this.#login(event);
  }

  #attempt(event: Attempt): void {
    const { to, status, atMs, host, relay } = event;
    const unit = this.of(to);
    if (!unit) return;
    if (status === 'sent') unit.slot(atMs).sent += 1;
    else if (status !== 'bounced' && !isRemote(event)) unit.slot(atMs).putOff += 1;
    unit.saw(`node:${host}`, atMs);
    const route = routeOf(relay);
    if (route !== '') unit.saw(`route:${route}`, atMs);
  }

  #rejected({ to, temporary, login, atMs, host }: Rejected): void {
    const unit = to === undefined ? undefined : this.of(to);
    if (!unit || !temporary || login !== undefined) return;
    unit.slot(atMs).refused += 1;
    unit.saw(`node:${host}`, atMs);
  }

  #verdict({ to, action, atMs, source }: Verdict): void {
    const isFinal = action !== 'soft reject' && action !== 'greylist';
    for (const address of to) {
      const unit = this.of(address);
      if (unit && isFinal) unit.slot(atMs).taken += 1;
      unit?.saw(`filter:${source}`, atMs);
    }
  }

  #login({ user, outcome, atMs, host }: Login): void {
    if (outcome === 'bad-credentials') return;
    const owner = this.#books().directory.ownerOfLogin(user);
    const unit = this.of(user) ?? (isOwned(owner) ? this.#byTenant.get(owner) : undefined);
    if (!unit) return;
    unit.saw(`node:${host}`, atMs);
    if (outcome === 'ok') unit.slot(atMs).loginOk += 1;
    else unit.slot(atMs).loginFault += 1;
  }
}

function isRemote({ dsn, reason }: { readonly dsn: string; readonly reason: string }): boolean {
  return isBeyondUs({ owner: 0 }, dsn, reason);
}

/** `store-a.mailhub.example[10.20.1.10]:24` → `store-a.mailhub.example`. */
function routeOf(relay: string): string {
  const end = relay.search(/[[:,]/);
  const name = end < 0 ? relay : relay.slice(0, end);
  return name === 'none' ? '' : name;
}

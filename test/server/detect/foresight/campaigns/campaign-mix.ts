/** Made-up mail as the filter tells of it: campaigns that change from mail to mail, newsletters, people's mail, and other spam. */
import type { Findings, Verdict } from '../../../../../server/collect/event.ts';
import { createRandom, type Random } from '../../../../../server/demo/random.ts';

/** How the subjects of one template are made. */
export type SubjectKind = 'none' | 'fixed' | 'numbered' | 'random tail' | 'any words';
const SUBJECTS: readonly SubjectKind[] = ['none', 'fixed', 'numbered', 'random tail', 'any words'];

export interface Labelled {
  readonly verdict: Verdict;
  /** Number of the campaign; null: of none. */
  readonly truth: number | null;
  readonly isHam: boolean;
}

export interface MixOptions {
  readonly seed: number;
  readonly campaigns: number;
  /** Mails of each campaign, at most; the smallest have a fifth. */
  readonly size: number;
  readonly ham: number;
  readonly spam: number;
  /** Whether the filter tells subjects: the exporter does, the log does not. */
  readonly hasSubjects: boolean;
  readonly startMs: number;
  readonly spanMs: number;
}

const CONTENT = Array.from({ length: 70 }, (_, i) => `CONTENT_RULE_${i}`);
const PLAIN = ['MIME_GOOD', 'MIME_TRACE', 'HAS_LIST_UNSUB', 'RCVD_COUNT_TWO', 'FROM_HAS_DN', 'TO_DN_NONE'];
const VOLATILE = [
  ...[
    'HFILTER_HOSTNAME_UNKNOWN',
    'RDNS_NONE',
    'R_SPF_NA',
    'R_SPF_FAIL',
    'R_DKIM_NA',
    'DMARC_NA',
    'BAYES_SPAM',
  ],
  ...['RBL_SPAMHAUS_XBL', 'RCVD_COUNT_ZERO', 'MID_RHS_MATCH_FROM', 'FROM_NO_DN', 'TO_DN_ALL', 'ASN_FAIL'],
];
const TRACES = ['+', '~', '++', '++~', '+~', '+~~', '++~~', '+-', '+~~~'];
const WORDS = [
  ...[
    'your',
    'order',
    'account',
    'invoice',
    'payment',
    'delivery',
    'parcel',
    'prize',
    'offer',
    'cheap',
    'best',
  ],
  ...[
    'meds',
    'online',
    'watch',
    'loan',
    'bank',
    'urgent',
    'notice',
    'hello',
    'meeting',
    'photo',
    'invitation',
  ],
  ...[
    'ihre',
    'rechnung',
    'bestellung',
    'commande',
    'facture',
    'заказ',
    'оплата',
    '注文',
    'お知らせ',
    'pedido',
  ],
];

interface Template {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
  readonly trace: string;
  readonly sizeBytes: number;
  readonly subject: SubjectKind;
  readonly words: readonly string[];
  readonly hosts: readonly string[];
  /** Chance to be called spam. */
  readonly caught: number;
}

/** In the order of time. */
export function mixOf(options: MixOptions): readonly Labelled[] {
  const random = createRandom(options.seed);
  const templates: Template[] = [];
  for (let i = 0; i < options.campaigns; i++) {
    const template = templateOf(random, i, options.hasSubjects);
    const before = templates.at(-1);
    // Two that differ in nothing but their subject and where their links go.
    const isTwin = before !== undefined && template.subject === 'numbered';
    const { always, sometimes, trace, sizeBytes } = isTwin ? before : template;
    templates.push({ ...template, always, sometimes, trace, sizeBytes });
  }
  const letters = Array.from({ length: 8 }, () => newsletterOf(random));
  const at: { atMs: number; make: (atMs: number, id: string) => Labelled }[] = [];
  const put = (make: (atMs: number, id: string) => Labelled) =>
    void at.push({ atMs: Math.round(options.startMs + random.next() * options.spanMs), make });
  templates.forEach((template, truth) => {
    const count = Math.round(options.size * (0.2 + 0.8 * random.next()));
    for (let i = 0; i < count; i++) put((atMs, id) => campaignMail(random, { template, truth, atMs, id }));
  });
  for (let i = 0; i < options.spam; i++) put((atMs, id) => otherSpam(random, { atMs, id, ...options }));
  for (let i = 0; i < options.ham; i++)
    put((atMs, id) =>
      random.chance(0.4)
        ? letterMail(random, { template: random.pick(letters), atMs, id, ...options })
        : plainMail(random, { atMs, id, ...options }),
    );
  return at.sort((a, b) => a.atMs - b.atMs).map(({ atMs, make }, i) => make(atMs, `m${i}@out.example`));
}

function templateOf(random: Random, index: number, hasSubjects: boolean): Template {
  const always = someOf(random, CONTENT, 4 + random.int(4));
  return {
    always,
    sometimes: someOf(random, CONTENT, 3).filter((name) => !always.includes(name)),
    trace: random.pick(TRACES),
    sizeBytes: 1_500 * 2 ** (5 * random.next()),
    subject: hasSubjects ? (SUBJECTS[index % SUBJECTS.length] ?? 'none') : 'none',
    words: someOf(random, WORDS, 3 + random.int(3)),
    hosts: random.chance(0.5) ? Array.from({ length: 5 }, () => `${random.hex(6)}.shop.example`) : [],
    caught: random.between(0.35, 0.95),
  };
}

/** Legitimate, from one template, and now and then taken for spam. */
function newsletterOf(random: Random): Template {
  return {
    ...templateOf(random, 1, true),
    always: [...PLAIN, ...someOf(random, CONTENT, 2)],
    caught: 0.02,
    subject: 'numbered',
  };
}

interface Made {
  readonly atMs: number;
  readonly id: string;
}

function campaignMail(
  random: Random,
  { template, truth, atMs, id }: Made & { template: Template; truth: number },
): Labelled {
  const symbols = new Set([...template.always, ...someOf(random, VOLATILE, 3 + random.int(5))]);
  for (const name of template.sometimes) if (random.chance(0.35)) symbols.add(name);
  // A rule that this very mail does not hit, or one that it hits by chance.
  if (random.chance(0.1)) symbols.delete(template.always[0] ?? '');
  if (random.chance(0.1)) symbols.add(random.pick(CONTENT));
  const isCaught = random.chance(template.caught);
  const subject = subjectOf(random, template);
  const findings: Findings = {
    symbols: [...symbols].sort(),
    mimeTrace: random.chance(0.9) ? template.trace : random.pick(TRACES),
    urlHosts: template.hosts.length > 0 ? [random.pick(template.hosts)] : [],
    fuzzy: [],
    ...(subject === '' ? {} : { subject }),
  };
  const sizeBytes = Math.round(random.lognormal(template.sizeBytes, 0.35));
  return {
    truth,
    isHam: false,
    verdict: verdictOf(random, { findings, sizeBytes, atMs, id, call: isCaught ? 'reject' : 'pass' }),
  };
}

function otherSpam(random: Random, { atMs, id, hasSubjects }: Made & { hasSubjects: boolean }): Labelled {
  const symbols = [...someOf(random, CONTENT, 2 + random.int(5)), ...someOf(random, VOLATILE, 6)].sort();
  const findings = {
    ...{ symbols, mimeTrace: random.pick(TRACES), urlHosts: [], fuzzy: [] },
    ...(hasSubjects ? { subject: someOf(random, WORDS, 4).join(' ') } : {}),
  };
  const sizeBytes = Math.round(random.lognormal(6_000, 1));
  return {
    truth: null,
    isHam: false,
    verdict: verdictOf(random, {
      findings,
      sizeBytes,
      atMs,
      id,
      call: random.chance(0.9) ? 'reject' : 'pass',
    }),
  };
}

function letterMail(
  random: Random,
  { template, atMs, id, hasSubjects }: Made & { template: Template; hasSubjects: boolean },
): Labelled {
  const symbols = [...new Set([...template.always, ...someOf(random, VOLATILE, 2)])].sort();
  const findings = {
    ...{ symbols, mimeTrace: template.trace, urlHosts: [], fuzzy: [] },
    ...(hasSubjects ? { subject: subjectOf(random, template) } : {}),
  };
  const sizeBytes = Math.round(random.lognormal(template.sizeBytes, 0.1));
  return {
    truth: null,
    isHam: true,
    verdict: verdictOf(random, {
      findings,
      sizeBytes,
      atMs,
      id,
      call: random.chance(template.caught) ? 'reject' : 'clean',
    }),
  };
}

function plainMail(random: Random, { atMs, id, hasSubjects }: Made & { hasSubjects: boolean }): Labelled {
  const symbols = [
    ...new Set([...PLAIN, ...someOf(random, CONTENT, random.int(2)), ...someOf(random, VOLATILE, 2)]),
  ].sort();
  const findings = {
    ...{ symbols, mimeTrace: random.pick(TRACES), urlHosts: [], fuzzy: [] },
    ...(hasSubjects ? { subject: `Re: ${someOf(random, WORDS, 3).join(' ')}` } : {}),
  };
  const sizeBytes = Math.round(random.lognormal(5_000, 1.2));
  return {
    truth: null,
    isHam: true,
    verdict: verdictOf(random, { findings, sizeBytes, atMs, id, call: 'clean' }),
  };
}

function subjectOf(random: Random, { subject, words }: Template): string {
  const text = words.join(' ');
  if (subject === 'none') return '';
  if (subject === 'fixed') return text;
  if (subject === 'numbered') return `${text} #${random.int(1e6)}`;
  if (subject === 'random tail') return `${text} ${random.hex(4 + random.int(6))} ${random.pick(WORDS)}`;
  return someOf(random, WORDS, 4).join(' ');
}

function verdictOf(
  random: Random,
  {
    findings,
    sizeBytes,
    atMs,
    id,
    call,
  }: Made & { findings: Findings; sizeBytes: number; call: 'reject' | 'pass' | 'clean' },
): Verdict {
  return {
    ...{ kind: 'verdict', atMs, host: 'mx1', source: 'filter', instance: 'rspamd', messageId: id },
    action: call === 'reject' ? (random.chance(0.7) ? 'reject' : 'add header') : 'no action',
    score: call === 'reject' ? 16 : call === 'pass' ? random.between(0, 5.9) : random.between(-3, 1.5),
    from: `a${random.int(1e6)}@out.example`,
    to: [`user${random.int(20_000)}@one.example`],
    clientIp: `198.${18 + random.int(2)}.${random.int(256)}.${1 + random.int(254)}`,
    ...{ sizeBytes, findings },
  };
}

function someOf<T>(random: Random, list: readonly T[], count: number): readonly T[] {
  const picked = new Set<T>();
  while (picked.size < Math.min(count, list.length)) picked.add(random.pick(list));
  return [...picked];
}

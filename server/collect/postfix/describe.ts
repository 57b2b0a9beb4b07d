import type { RecordDraft } from '../parse-record.ts';
import { F, type Scan } from '../scan/scan.ts';

/** Services that talk to a server; in the others' lines `host[address]` is a client. */
const OUTBOUND = new Set(['smtp', 'lmtp']);
const ENDPOINT = /(?:^|[\s(])([^\s[\](),<>]{0,255})\[([^\]\s]{1,64})\](?::(\d{1,5}))?/;
const RELAY = /^([^\s[\]]{0,255})\[([^\]]{1,255})\](?::(\d{1,5}))?$/;
const ADDRESS = /^[0-9A-Fa-f:.]+$/;
const QUEUED_AS = /\bqueued as <?([0-9A-Za-z][\w.-]*)/g;
const REPLY = /(?:^|said: |to me: |\): )(\d{3})[ -](?:(\d\.\d{1,3}\.\d{1,3})\b)?/;
const IN_REPLY = / \(in reply to ([^()]{1,60}?)(?: command)?\)$/;
const STAGE = / after ([A-Z][A-Z-]*(?: OF [A-Z]+| FROM| TO)?)(?: \(\d+ bytes\))?(?= from |:|$)/;
const TLS = /: (TLSv[\d.]+|SSLv\d) with cipher (\S+)/;
const ANVIL = /\((?:\d+\.\d+\.\d+\.\d+:\w+|\[[^\]\s]*\]:\w+|[^:()\s]+):([0-9A-Fa-f.:]+)\)/;
const BARE_ADDRESS =
  /(?:^addr |to address |^)([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]+)(?=[:\s]|$)/;
const RANK = /^DNSBL rank (\d+)/;
const SCREEN = /^([A-Z][A-Z -]+?)(?= (?:\[|rank|after|from|mode)| \d)/;
const AFTER_ENDPOINT = /\[[^\]]*\](?::\d+)?:? (.+)$/;

/** Adds what a Postfix line says beyond its plain fields; also to a line that was not understood. */
export function describePostfix(scan: Scan, draft: RecordDraft): void {
  if (scan.kind === 'delivery') return describeDelivery(scan, draft);
  if (scan.has(F.enhancedCode)) draft.dsn = scan.text(F.enhancedCode);
  if (scan.kind === 'expired' && draft.status !== undefined) return;
  const text = scan.slice(scan.has(F.queueId) ? scan.to(F.queueId) + 2 : scan.body, scan.end);
  if (!scan.has(F.client) && !scan.has(F.clientIp) && !scan.has(F.action))
    describeEndpoint(scan, text, draft);
  describeKind(scan.kind, text, draft);
}

function describeDelivery(scan: Scan, draft: RecordDraft): void {
  const relay = RELAY.exec(draft.relay ?? '');
  if (relay) addEndpoint(relay, draft, true);
  draft.delays = scan.text(F.delays).split('/').map(Number);
  if (!scan.has(F.delays) || draft.delays.some(Number.isNaN)) delete draft.delays;
  const reason = draft.reason ?? '';
  addReply(reason, draft);
  const stage = IN_REPLY.exec(reason)?.[1];
  if (stage !== undefined) draft.stage = stage;
  const remote = [...reason.matchAll(QUEUED_AS)].at(-1)?.[1];
  if (remote !== undefined) draft.remoteQueueId = remote;
}

function addReply(text: string, draft: RecordDraft): void {
  const reply = REPLY.exec(text);
  if (!reply) return;
  draft.replyCode = Number(reply[1]);
  if (reply[2] !== undefined) draft.enhancedCode = reply[2];
}

function addEndpoint([, host, address, port]: RegExpExecArray, draft: RecordDraft, isRelay: boolean): void {
  const isAddress = address !== undefined && ADDRESS.test(address);
  if (host !== undefined && host !== '') draft[isRelay ? 'relayHost' : 'clientHost'] = host;
  if (isAddress) draft[isRelay ? 'relayIp' : 'clientIp'] = address;
  if (port !== undefined) draft[isRelay ? 'relayPort' : 'clientPort'] = Number(port);
}

/** The first `host[address]` of a text, or an address without brackets where a service writes it so. */
function describeEndpoint(scan: Scan, text: string, draft: RecordDraft): void {
  const plain = scan.level === '' ? text : scan.text(F.reason);
  const isRelay = OUTBOUND.has(scan.origin.service);
  const found = ENDPOINT.exec(plain);
  if (found && (ADDRESS.test(found[2] ?? '') || isRelay)) return addEndpoint(found, draft, isRelay);
  if (isRelay) return;
  const bare = BARE_ADDRESS.exec(plain)?.[1] ?? ANVIL.exec(plain)?.[1];
  if (bare !== undefined) draft.clientIp = bare;
}

function describeKind(kind: string, text: string, draft: RecordDraft): void {
  switch (kind) {
    case 'remote-reply':
      return describeRemoteReply(text, draft);
    case 'connect-failed':
    case 'tls-error': {
      const reason = AFTER_ENDPOINT.exec(text)?.[1];
      if (reason !== undefined) draft.reason = reason;
      return;
    }
    case 'tls':
      return describeTls(text, draft);
    case 'postscreen':
    case 'lost-connection':
      return describeClientFault(kind, text, draft);
  }
}

/** `host x[ip] said: 450 4.7.1 why (in reply to RCPT TO command)`. */
function describeRemoteReply(text: string, draft: RecordDraft): void {
  const said = /(?:said|refused to talk to me): (.*)$/.exec(text)?.[1];
  if (said === undefined) return;
  const stage = IN_REPLY.exec(said);
  draft.reason = stage ? said.slice(0, stage.index) : said;
  if (stage?.[1] !== undefined) draft.stage = stage[1];
  addReply(said, draft);
}

function describeTls(text: string, draft: RecordDraft): void {
  const [, version, cipher] = TLS.exec(text) ?? [];
  if (version !== undefined) draft.tlsVersion = version;
  if (cipher !== undefined) draft.tlsCipher = cipher;
}

function describeClientFault(kind: string, text: string, draft: RecordDraft): void {
  const stage = STAGE.exec(text)?.[1];
  if (stage !== undefined) draft.stage = stage;
  const rank = RANK.exec(text)?.[1];
  if (rank !== undefined) draft.rank = Number(rank);
  const action = kind === 'postscreen' ? SCREEN.exec(text)?.[1] : undefined;
  if (action !== undefined) draft.action = action;
}

/** Subjects and details of enhanced status codes (RFC 3463, sections 3.2 to 3.8; registry of RFC 5248). */
const DETAILS: Readonly<Record<string, string>> = {
  '1.1': 'no such mailbox',
  '1.2': 'no such domain',
  '1.3': 'bad address syntax',
  '1.6': 'mailbox has moved',
  '1.8': "sender's domain does not exist",
  '1.10': 'domain takes no mail',
  '2.1': 'mailbox disabled',
  '2.2': 'mailbox full',
  '2.3': 'too large for the mailbox',
  '3.1': 'mail system full',
  '3.4': 'message too large',
  '4.1': 'no answer from host',
  '4.2': 'bad connection',
  '4.3': 'directory server failure',
  '4.4': 'unable to route',
  '4.6': 'routing loop',
  '4.7': 'delivery time expired',
  '5.2': 'syntax error',
  '5.3': 'too many recipients',
  '6.1': 'media not supported',
  '7.1': 'refused by policy',
  '7.9': 'authentication too weak',
  '7.20': 'no passing DKIM signature',
  '7.23': 'SPF check failed',
  '7.25': 'reverse DNS check failed',
  '7.26': 'several authentication checks failed',
  '7.27': 'sender address has null MX',
};
const SUBJECTS: Readonly<Record<string, string>> = {
  '0': 'other',
  '1': 'address',
  '2': 'mailbox',
  '3': 'mail system',
  '4': 'network or routing',
  '5': 'protocol',
  '6': 'content',
  '7': 'policy',
};

/** What a final failure's enhanced status code says, its subject first: `mailbox: mailbox full`. */
export function dsnLabel(dsn: string): string {
  const [, subject, detail] = /^[245]\.(\d{1,3})\.(\d{1,3})$/.exec(dsn) ?? [];
  if (subject === undefined || detail === undefined) return 'no enhanced status code';
  const area = SUBJECTS[subject] ?? 'unknown subject';
  const words = DETAILS[`${subject}.${detail}`];
  return words === undefined ? area : `${area}: ${words}`;
}

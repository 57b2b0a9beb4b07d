/**
 * An address in Postfix' internal form: without the quotes of its local part. Postfix logs the external form since 3.5
 * and the internal one before (postconf(5), info_log_address_format), so one mailbox would otherwise have two names.
 */
export function internalForm(address: string): string {
  if (address.charCodeAt(0) !== 0x22) return address;
  const end = address.lastIndexOf('"@');
  if (end < 1) return address;
  return address.slice(1, end).replace(/\\(.)/g, '$1') + address.slice(end + 1);
}

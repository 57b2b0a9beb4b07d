/** A line of `postqueue -j`, with members of one's own. */
export function entryLine(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    queue_name: 'deferred',
    queue_id: 'QID',
    arrival_time: 1_795_282_137,
    message_size: 918,
    forced_expire: false,
    sender: 'a@b.example',
    recipients: [{ address: 'c@d.example' }],
    ...members,
  });
}

import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { isListening } from './is-listening.ts';
import { createTempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** Text that every spam filter takes for spam beyond doubt. */
export const GTUBE = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
/** A header that gives its mail this score: 6 adds the spam header, 15 rejects. */
export const SCORE_HEADER = 'X-Test-Score';

export interface RealRspamd {
  /** For `smtpd_milters`. */
  readonly milterPort: number;
  readonly logPath: string;
  log(): string;
  stop(): Promise<void>;
}

export interface RealRspamdOptions {
  /** Where the metadata exporter posts each verdict as JSON. */
  readonly pushUrl?: string;
}

/** Starts an rspamd of its own as a milter: no DNS, no maps, one rule that reads the score from a header. Needs root. */
export async function startRspamd(options: RealRspamdOptions = {}): Promise<RealRspamd> {
  const dir = createTempDir('rspamd');
  const milterPort = await freePort();
  const logPath = join(dir.path, 'rspamd.log');
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, '_rspamd'], { encoding: 'utf8' })),
  );
  chownSync(dir.path, uid!, gid!);
  writeFileSync(join(dir.path, 'tld.dat'), 'com\nnet\nexample\n');
  writeFileSync(join(dir.path, 'rspamd.lua'), LUA);
  writeFileSync(join(dir.path, 'rspamd.conf'), configuration(dir.path, milterPort, options.pushUrl));
  const daemon = startChild('rspamd', [
    '-c',
    join(dir.path, 'rspamd.conf'),
    '-f',
    '-u',
    '_rspamd',
    '-g',
    '_rspamd',
  ]);
  const log = (): string => readFileSync(logPath, 'utf8');
  const stop = async (): Promise<void> => {
    await daemon.stop();
    dir.remove();
  };
  try {
    await until(() => log().includes('starting rspamd_proxy process') && isListening(milterPort), {
      what: 'rspamd to listen',
      timeoutMs: 60_000,
    });
  } catch (error) {
    const said = daemon.stderr();
    await stop();
    throw new Error(`rspamd did not start: ${said}`, { cause: error });
  }
  return { milterPort, logPath, log, stop };
}

const LUA = `
require "global_functions" ()
rspamd_maps = {}
rspamd_config:register_symbol({
  name = 'TEST_SCORE', type = 'normal', score = 1.0, group = 'test',
  callback = function(task)
    local score = tonumber(task:get_header('${SCORE_HEADER}') or '')
    if score then task:insert_result('TEST_SCORE', score) end
  end,
})
`;

/** The log format is the one that the package ships. A small list of top-level domains saves seconds at the start. */
function configuration(dir: string, milterPort: number, pushUrl: string | undefined): string {
  const exporter = `
modules { path = "/usr/share/rspamd/plugins/metadata_exporter.lua"; }
metadata_exporter {
  rules { PUSH { backend = "http"; url = "${pushUrl}"; selector = "default"; formatter = "json"; } }
}`;
  return `
options {
  pidfile = "${dir}/rspamd.pid";
  filters = "regexp";
  url_tld = "${dir}/tld.dat";
  tempdir = "${dir}";
  cache_file = "${dir}/symbols.cache";
  hs_cache_dir = "${dir}/";
  control_socket = "${dir}/rspamd.sock mode=0600";
  history_file = "${dir}/history";
  stats_file = "${dir}/stats.ucl";
  local_addrs = [];
  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }
}
logging {
  type = "file"; filename = "${dir}/rspamd.log"; level = "info"; color = false;
  log_format =<<EOD
id: <$mid>,$if_qid{ qid: <$>,}$if_ip{ ip: $,}$if_user{ user: $,}$if_smtp_from{ from: <$>,}
(default: $is_spam ($action): [$scores] [$symbols_scores_params]),
len: $len, time: $time_real, dns req: $dns_req,
digest: <$digest>$if_smtp_rcpts{, rcpts: <$>}$if_mime_rcpts{, mime_rcpts: <$>}$if_filename{, file: $}$if_forced_action{, forced: $}$if_settings_id{, settings_id: $}
EOD
}
actions { reject = 15; add_header = 6; greylist = 4; }
worker "rspamd_proxy" {
  bind_socket = "127.0.0.1:${milterPort}"; milter = yes; timeout = 120s; count = 1;
  upstream "local" { default = yes; self_scan = yes; }
}
lua = "${dir}/rspamd.lua";
${pushUrl === undefined ? '' : exporter}
`;
}

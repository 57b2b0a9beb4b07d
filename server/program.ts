/** The commands; what each does lives in `commands/`. Importing it runs the one that was asked for. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { messageOf } from './base/errors.ts';

/** What a failed command may still be about. */
const LINGER_MS = 3_000;
/** Exit status: 0 done, 1 failed, 2 wrong usage. */
const [FAILED, WRONG_USAGE] = [1, 2];

const program = new Command('mailvigil')
  .description(
    'The night watch of a mail platform: queue depth, spam rate, delivery lag and access per tenant.',
  )
  .version(packageJson.version)
  .exitOverride()
  .showHelpAfterError('(add --help for what it takes)');

const dataOption = () =>
  new Option('--data <dir>', 'folder of the store').env('MAILVIGIL_DATA').default('./data');

program
  .command('serve')
  .description(
    'the server: collects, and shows it on http://127.0.0.1:8025; on this machine only until people sign in',
  )
  .option('--config <file>', 'config file; without one the built-in demo platform is watched')
  .option(
    '--demo [scenario]',
    'watch the built-in demo platform: calm, leak-2007, backlog-2008 or relapse-2021',
  )
  .option('--speed <n>', 'demo: times as fast as real time, 1 to 60', number(1, 60))
  .option('--seed <n>', 'demo: another seed gives another platform', number(0, 2 ** 31))
  .option('--port <n>', 'port to listen on, 0 for any free one (MAILVIGIL_PORT)', number(0, 65_535))
  .option('--host <address>', 'loopback address to listen on (MAILVIGIL_HOST)')
  .option('--data <dir>', 'folder for what must survive a restart (MAILVIGIL_DATA)')
  .action(async (options) => (await import('./commands/serve.ts')).runServe(options, process.env));

const screen = program
  .command('screen')
  .description('paired screens of the running server: list them, let one in, revoke one');
const urlOption = () =>
  new Option('--url <url>', 'the running server').env('MAILVIGIL_URL').default('http://127.0.0.1:8025');
const byOption = () => new Option('--by <name>', 'who does it; the user of this machine when not given');

screen
  .command('list')
  .description('displays and how they do, and codes that wait')
  .addOption(urlOption())
  .action(async (options) => {
    const { runScreenList } = await import('./commands/screen.ts');
    await runScreenList(options, { stdout: process.stdout });
  });

screen
  .command('approve')
  .description('lets the screen in that shows the code')
  .argument('<code>', 'as it stands on the screen: BCDF-2345')
  .requiredOption('--name <name>', 'what it is called from now on')
  .option('--place <place>', 'where it hangs')
  .option('--cluster <id>', 'it shows the tenants of this cluster only')
  .option('--tenants <ids>', 'it shows these tenants only, comma-separated')
  .addOption(byOption())
  .addOption(urlOption())
  .action(async (code: string, options) => {
    const { runScreenApprove } = await import('./commands/screen.ts');
    await runScreenApprove(code, options, { stdout: process.stdout });
  });

screen
  .command('revoke')
  .description('blanks a display at once and for good')
  .argument('<id>', 'as `screen list` names it')
  .requiredOption('--reason <reason>', 'why')
  .addOption(byOption())
  .addOption(urlOption())
  .action(async (id: string, options) => {
    const { runScreenRevoke } = await import('./commands/screen.ts');
    await runScreenRevoke(id, options, { stdout: process.stdout });
  });

program
  .command('parse')
  .description('lines in, one JSON object per line out')
  .argument('[files...]', 'log files, .gz and .zst too; `-` or none: standard input')
  .addOption(new Option('--format <format>', 'form of the lines').default('auto'))
  .option('--year <year>', 'year of the first line, where lines have none', number(1970, 2200))
  .option('--timezone <zone>', 'zone of stamps without one, such as Europe/London')
  .action(async (files: string[], options) => {
    const { runParse } = await import('./commands/parse.ts');
    process.exitCode = await runParse(files, options, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('replay')
  .description('works archived logs through the same pipeline as live ones, and reports')
  .argument('<files...>', 'log files, .gz and .zst too; several are merged by time')
  .requiredOption('--tenants <file>', 'tenants file')
  .option('--json', 'JSON in the form of the contract, not a table')
  .option('--bucket <seconds>', 'length of a bucket', number(1, 86_400), 60)
  .option('--year <year>', 'year of the first line, where lines have none', number(1970, 2200))
  .option('--timezone <zone>', 'zone of stamps without one, such as Europe/London')
  .action(async (files: string[], options) => {
    const { runReplay } = await import('./commands/replay.ts');
    process.exitCode = await runReplay(files, options, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('import')
  .description('works archived logs into the store, so that last night can be opened on the wall')
  .argument('<files...>', 'log files, .gz and .zst too; several are merged by time')
  .requiredOption('--tenants <file>', 'tenants file')
  .addOption(dataOption())
  .option('--year <year>', 'year of the first line, where lines have none', number(1970, 2200))
  .option('--timezone <zone>', 'zone of stamps without one, such as Europe/London')
  .option('--overlap', 'also where the store has numbers of that time already (other hosts)')
  .option('--json', 'JSON, not text')
  .action(async (files: string[], options) => {
    const { runImport } = await import('./commands/import.ts');
    process.exitCode = await runImport(files, options, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('backup')
  .description('copies the store of a running or stopped server, as it is at one moment')
  .argument('<dir>', 'folder for the copy; made if need be')
  .addOption(dataOption())
  .action(async (dir: string, { data }: { data: string }) => {
    const { runBackup } = await import('./commands/backup.ts');
    process.exitCode = await runBackup(dir, data, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('restore')
  .description('puts a backup in the place of the store; what stood there is moved aside')
  .argument('<dir>', 'folder of the copy')
  .addOption(dataOption())
  .action(async (dir: string, { data }: { data: string }) => {
    const { runRestore } = await import('./commands/backup.ts');
    process.exitCode = await runRestore(dir, data, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('detect')
  .description('scores each row of a CSV file as it comes: 0 nothing new, 0.5 worth a look, 1 never seen')
  .argument('<file>', 'CSV with a header and the columns timestamp and value; `-`: standard input')
  .option('--column <name>', 'column with the values', 'value')
  .action(async (file: string, options: { column: string }) => {
    const { runDetect } = await import('./commands/detect.ts');
    process.exitCode = await runDetect(file, options, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('canaries')
  .description('addresses that nobody should know: who writes to one names the store that leaked')
  .command('plant')
  .description('makes addresses for one store, notes their hashes, and prints them once')
  .requiredOption('--file <file>', 'file of canaries; made if need be')
  .requiredOption('--store <name>', 'store they go into, such as webmail or billing')
  .requiredOption('--domain <domain>', 'domain of the addresses')
  .option('--count <n>', 'how many', number(1, 1_000), 10)
  .action(async (options: { file: string; store: string; domain: string; count: number }) => {
    const { runPlant } = await import('./commands/canaries.ts');
    process.exitCode = runPlant(options, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('check-config')
  .description('reads a config file and its tenants file, and names every fault')
  .argument('<file>', 'config file')
  .action(async (file: string) => {
    const { runCheckConfig } = await import('./commands/check-config.ts');
    process.exitCode = runCheckConfig(file, { stdout: process.stdout, stderr: process.stderr });
  });

program
  .command('bench')
  .description('prints measured figures beside a baseline of the same run (in a checkout)')
  .argument('[names...]', 'parse, live, history, alarms, wall, soak, detect')
  .action(async (names: string[]) => {
    process.argv.splice(2, Infinity, ...names);
    await import('../test/bench/run.ts');
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // Whatever is left running serves nobody, and a process that looks alive is never started again.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  const details =
    error instanceof Error && 'details' in error && Array.isArray(error.details) ? error.details : [];
  process.stderr.write(
    [`mailvigil: ${messageOf(error)}`, ...details.map((detail) => `  ${String(detail)}`)].join('\n') + '\n',
  );
  return FAILED;
}

function number(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < from || value > to) {
      throw new InvalidArgumentError(`must be a number from ${from} to ${to}.`);
    }
    return value;
  };
}

import { Command } from 'commander';
import { InputError } from '../../core/errors';
import { readText } from '../../core/files';
import { shortest } from '../../structures/readStructures';
import { inputFiles } from '../inputs';
import type { Metric } from '../metrics';
import { tableOutput } from '../options';
import { requireOutput, writeTable } from '../outputs';
import { readTable, TABLES } from '../table';
import { STANDARD, type Terminal } from '../terminal';

export function defineMetrics(terminal: Terminal): Command {
  return new Command('metrics')
    .description('make one table of many that evaluate wrote')
    .argument('<action>', 'merge')
    .argument('[tables...]', '.csv, .json or .parquet files, or patterns; each row of the result names its file')
    .option('--list <file>', 'a file that names more of them, one a line')
    .addOption(tableOutput())
    .action(async (action: string, tables: string[], { out, list }: { out: string; list?: string }) => {
      if (action !== 'merge') throw new InputError('action', `'${action}'`, "'merge'");
      requireOutput(out, TABLES, '--out');
      const files = [
        ...inputFiles(tables).map(shortest),
        ...(list === undefined ? [] : readText(list).split('\n').filter(Boolean)),
      ];
      if (files.length === 0) throw new InputError('tables', 'none', 'files, or --list');
      const rows: Metric[] = [];
      for (const file of files) for (const row of await readTable(file)) rows.push({ file, ...row });
      await writeTable(rows, out, { provenance: terminal.command.provenance }, terminal);
      if (out !== STANDARD) terminal.say(`${rows.length} metrics of ${files.length} tables to ${out}`);
    });
}

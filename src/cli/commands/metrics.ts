import * as fs from 'node:fs';
import { Command, Option } from 'commander';
import { InputError } from '../../core/errors';
import { shortest } from '../../structures/readStructures';
import { inputFiles } from '../inputs';
import { requireOutput, writeText } from '../outputs';
import { formatTable, parseTable } from '../table';
import { STANDARD, type Terminal } from '../terminal';

export function defineMetrics(terminal: Terminal): Command {
  return new Command('metrics')
    .description('make one table of many that evaluate wrote')
    .argument('<action>', 'merge')
    .argument('<tables...>', '.csv or .json files, or patterns; each row of the result names its file')
    .addOption(new Option('-o, --out <file>', 'table to write: .csv, .json or .txt; - is text').default(STANDARD))
    .action((action: string, tables: string[], { out }: { out: string }) => {
      if (action !== 'merge') throw new InputError('action', `'${action}'`, "'merge'");
      requireOutput(out, ['.csv', '.json', '.txt'], '--out');
      const files = inputFiles(tables).map(shortest);
      const rows = files.flatMap((file) =>
        parseTable(fs.readFileSync(file, 'utf8'), file).map((row) => ({ file, ...row })),
      );
      const table = formatTable(rows, out, { provenance: terminal.command.provenance });
      if (out === STANDARD) return terminal.write(table);
      writeText(out, table);
      terminal.say(`${rows.length} metrics of ${files.length} tables to ${out}`);
    });
}

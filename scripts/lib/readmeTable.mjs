import { joined } from './notebooks.mjs';
import { SetupError } from './project.mjs';

const START = '<!-- judgement: node scripts/readmeTable.mjs copies this from notebook 9 -->';
const END = '<!-- end of judgement -->';

/** Columns of the notebook's table that README has room for; the report has all. */
const COLUMNS = [
  'set',
  'W₁ pair distance (Å)',
  'W₁ bond angle (°)',
  'median SW energy (eV)',
  'valid',
  'coverage',
  'two-sample accuracy, logistic',
  'nearest training motif (Å)',
];

/** The table stored in notebook 9, with the interval of each number below it. @param {import('./notebooks.mjs').Notebook} notebook */
export function readmeTable(notebook) {
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  const table = outputs
    .map((output) => joined(output.data?.['text/markdown']))
    .find((text) => text.startsWith('| set |'));
  if (!table) throw new SetupError('notebooks/09-judgement.ipynb holds no table: execute and store it.');
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '));
  const places = COLUMNS.map((column) => rows[0].indexOf(column));
  const missing = COLUMNS.filter((_, k) => places[k] < 0);
  if (missing.length) throw new SetupError(`The table of notebook 9 has no column ${missing.join(', ')}.`);
  const [head, ...body] = rows.map((row) => `| ${places.map((k) => row[k].replace(' [', '<br>[')).join(' | ')} |`);
  return [head, `| --- |${' ---: |'.repeat(COLUMNS.length - 1)}`, ...body].join('\n');
}

/** README with the table between its two marks. @param {string} readme @param {string} table */
export function withTable(readme, table) {
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from < 0 || to < from) throw new SetupError(`README.md has no ${START} … ${END}.`);
  return `${readme.slice(0, from)}${START}\n\n${table}\n\n${readme.slice(to)}`;
}

import { joined } from './notebooks.mjs';
import { SetupError } from './project.mjs';

const START = '<!-- judgement: node scripts/judgedTable.mjs copies this from notebook 0 -->';
const END = '<!-- end of judgement -->';

/**
 * The last table stored in notebook 0, with the interval of each number below it.
 * @param {import('./notebooks.mjs').Notebook} notebook
 */
export function judgedTable(notebook) {
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  const table = outputs
    .map((output) => joined(output.data?.['text/markdown']))
    .find((text) => text.startsWith('| set |'));
  if (!table) throw new SetupError('notebooks/00-the-talk.ipynb holds no table: execute and store it.');
  const rows = table.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) => row.replaceAll(' [', '<br>[')).join('\n');
}

/** A text with the table between its two marks. @param {string} text @param {string} table */
export function withTable(text, table) {
  const [from, to] = [text.indexOf(START), text.indexOf(END)];
  if (from < 0 || to < from) throw new SetupError(`docs/judgement.md has no ${START} … ${END}.`);
  return `${text.slice(0, from)}${START}\n\n${table}\n\n${text.slice(to)}`;
}

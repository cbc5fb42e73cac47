import * as fs from 'node:fs';

/** The rows of a file of results, one a line, none if there is no file; those added are written at once. */
export function resultsIn(file) {
  const rows = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
  const add = (row) => {
    rows.push(row);
    fs.writeFileSync(file, `[\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
  };
  return { rows, add };
}

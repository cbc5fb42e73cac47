// The table of cells in data/README.md, computed by the library. run, after npm run build: node data/make/table.mjs
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const BEGIN = '<!-- table: data/make/table.mjs -->';
const END = '<!-- end of table -->';
/** First minimum of g(r) of amorphous silicon, Å: what counts as a bond. */
const BOND = 2.85;

/** README with the table computed by `library`, the package's own exports or its source. */
export function withTable(readme, library) {
  const [before, rest] = readme.split(BEGIN);
  const after = rest.split(END)[1];
  return `${before}${BEGIN}\n${cellTable(library)}\n${END}${after}`;
}

function cellTable(library) {
  const { moments } = library;
  const cells = library.readCells(fileURLToPath(new URL('../a-si', import.meta.url)));
  const split = library.splitCells(cells);
  const part = (cell) => Object.keys(split).find((name) => split[name].includes(cell));
  const rows = cells.map((cell) => {
    const counts = Array.from(library.coordination(cell, { bonds: BOND }));
    const share = (test) => ((100 * counts.filter(test).length) / counts.length).toFixed(1);
    const bonds = moments(library.bondLengths(cell, { bonds: BOND }));
    const angles = moments(library.bondAngles(cell, { bonds: BOND }).map((a) => (a * 180) / Math.PI));
    return [
      cell.info.name,
      cell.info.network,
      share((n) => n === 3),
      share((n) => n === 4),
      share((n) => n === 5),
      moments(counts).mean.toFixed(3),
      bonds.mean.toFixed(3),
      `${angles.mean.toFixed(1)} ± ${angles.deviation.toFixed(1)}`,
      cell.info.excess_energy_per_atom.toFixed(3),
      part(cell),
    ];
  });
  const head = ['cell', 'network', '3-fold, %', '4-fold, %', '5-fold, %', 'mean coordination', 'mean bond, Å'];
  const header = [...head, 'bond angle, °', 'energy above diamond, eV/atom', 'part'];
  const rule = header.map((_, k) => (k < 2 || k === header.length - 1 ? '---' : '---:'));
  return [header, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = new URL('../README.md', import.meta.url);
  const load = createRequire(import.meta.url);
  const library = { ...load('../../dist'), ...load('../../dist/evaluate') };
  fs.writeFileSync(readme, withTable(fs.readFileSync(readme, 'utf8'), library));
}

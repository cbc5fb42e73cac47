import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { buildIfStale, glassy, temporaryFolder } from './process';
import { toyCell } from './toy';

beforeAll(buildIfStale, 120_000);

const LINES = [
  'extract cells -o motifs.extxyz',
  'extract cells -o motifs.parquet',
  'train motifs.extxyz --epochs 2 --steps-per-epoch 4 --batch-size 512 --seed 3 -o model.json --threads N',
  'sample model.json -n 40 --seed 1 -o made.json',
  'infill model.json motifs.extxyz --atom 0 --known 0-5 --restarts 2 --steps 4 -o infilled.extxyz',
  'evaluate made.json --reference motifs.extxyz --training motifs.extxyz --resamples 5 -o table.csv --threads N',
  'cells --atoms 40 --density 2.2 --steps 3 --seed 2 -o made.extxyz --threads N',
  'fill made.extxyz --remove 3 --samples 2 --steps 3 -o filled.extxyz --threads N',
];

/** Other Nodes to compare with: their programs, as a PATH has folders. */
const NODES = (process.env.GLASSY_NODES ?? '').split(path.delimiter).filter(Boolean);

/** All files that a folder has after the command lines, by one or two threads. */
function filesBy(threads: number, node?: string): Map<string, string> {
  const folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, 'cells'));
  ['a', 'b'].forEach((name, k) => {
    writeExtxyz(path.join(folder, 'cells', `${name}.extxyz`), [toyCell(name, k)]);
  });
  for (const line of LINES) {
    const { status, stderr } = glassy(folder, line.replace('N', String(threads)).split(' '), undefined, node);
    expect({ line, status }, stderr).toEqual({ line, status: 0 });
  }
  const names = fs.readdirSync(folder).filter((name) => name !== 'cells');
  const files = new Map(names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'base64')]));
  fs.rmSync(folder, { recursive: true });
  return files;
}

it('two runs in two folders, by one thread and by two, write the same bytes', { timeout: 300_000 }, () => {
  const [one, two] = [filesBy(1), filesBy(2)];
  expect([...one.keys()]).toHaveLength(LINES.length);
  expectSame(two, one);
});

it.skipIf(NODES.length === 0)('other versions of Node write the same bytes', { timeout: 600_000 }, () => {
  const here = filesBy(2);
  for (const node of NODES) expectSame(filesBy(2, node), here);
});

function expectSame(found: Map<string, string>, right: Map<string, string>): void {
  for (const [name, content] of right) expect(found.get(name) === content, name).toBe(true);
}

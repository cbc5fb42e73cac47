import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/sha256';
import { Vae } from '../../src/model/vae';
import { writeExtxyz } from '../../src/structures/extxyzWrite';
import { type Heard, runHere } from './here';
import { buildIfStale, COMMAND, canMount, inTmpfs, temporaryFolder } from './process';
import { toyCell } from './toy';

const STEPS = '--steps-per-epoch 2 --batch-size 16 --hidden 6 --latent 2 --schedule constant';
let folder: string;
const there = process.cwd();

beforeAll(() => {
  folder = temporaryFolder();
  process.chdir(folder);
  writeExtxyz(
    'all.extxyz',
    ['a', 'b', 'c'].map((name, k) => toyCell(name, k)),
  );
});
afterAll(() => {
  process.chdir(there);
  fs.rmSync(folder, { recursive: true });
});

const train = (line: string): Promise<Heard> => runHere(`train all.extxyz ${STEPS} ${line}`);
const lines = (file: string): string[] => fs.readFileSync(file, 'utf8').trim().split('\n');

/** Changes the content of a sealed file, and its checksum with it. */
function reseal(file: string, to: string, change: (content: Record<string, unknown>) => void): void {
  const sealed = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(sealed.content);
  fs.writeFileSync(to, JSON.stringify({ ...sealed, checksum: sha256(JSON.stringify(sealed.content)) }));
}

describe('train --resume', () => {
  it('starts where nothing is, and keeps the history of what was before', async () => {
    const files = '-o m.json --checkpoint state --history h.csv --resume';
    const first = await train(`--epochs 2 ${files}`);
    expect([first.code, first.said.split('\n')[0]]).toEqual([0, 'no state yet: training starts']);
    const before = lines('h.csv');
    expect((await train(`--epochs 5 ${files}`)).code).toBe(0);
    expect(lines('h.csv')).toHaveLength(6);
    expect(lines('h.csv').slice(0, 3)).toEqual(before);
    // Nothing is left to do, and nothing is lost.
    expect((await train(`--epochs 5 ${files}`)).code).toBe(0);
    expect(lines('h.csv')).toHaveLength(6);
  });

  it.each<[string, (content: Record<string, unknown>) => void]>([
    ['step: found "4", expected an integer of at least 1', (content) => Object.assign(content, { step: '4' })],
    ['history: found null, expected a list', (content) => Object.assign(content, { history: null })],
    ['history[0]: found 7, expected an object', (content) => Object.assign(content, { history: [7] })],
    ['history: found 0 epochs', (content) => Object.assign(content, { history: [] })],
    ['best: found [], expected an object', (content) => Object.assign(content, { best: [] })],
    ['context: found 3, expected an object', (content) => Object.assign(content, { context: 3 })],
    ['parameters: found null, expected text', (content) => Object.assign(content, { parameters: null })],
    ['average: found {}, expected text', (content) => Object.assign(content, { average: {} })],
  ])('refuses a checkpoint with a right checksum but wrong content: %s', async (message, change) => {
    await train('--epochs 2 -o m.json --checkpoint whole');
    reseal('whole', 'wrong', change);
    const { code, complaints } = await train('--epochs 4 -o x.json --checkpoint wrong --resume');
    expect([code, complaints]).toEqual([1, [expect.stringContaining(`train: wrong.${message}`)]]);
  });
});

describe('train', () => {
  it.skipIf(!canMount)('keeps the model where its checkpoint finds no room (needs a small tmpfs)', () => {
    buildIfStale();
    const files = `-o ${folder}/kept.json --checkpoint full --history ${folder}/kept.csv`;
    const options = '--epochs 3 --steps-per-epoch 2 --batch-size 16 --hidden 100,100';
    fs.mkdirSync('small');
    const line = `"${process.execPath}" "${COMMAND}" train ${folder}/all.extxyz ${options} ${files}`;
    const { status, stderr } = inTmpfs(path.join(folder, 'small'), line);
    const found = 'found ENOSPC: no space left on device, expected a file that can be written';
    expect([status, stderr]).toEqual([1, `glassy-motifs train: full: ${found}\n`]);
    expect(Vae.load('kept.json').provenance?.epochs).toBe(3);
    expect(lines('kept.csv')).toHaveLength(4);
  });

  it('says what it learned from, what it held out, and where it overfits', async () => {
    const { said } = await train('--epochs 1 -o m.json');
    expect(said).toContain('81 motifs to learn from, of a, b, c; none held out (see --split and --validation)');
    const held = await train('--split 0/1/2 --epochs 1 -o m.json');
    expect(held.said).toContain('27 motifs to learn from, of a; 27 held out for validation, of b\n');
    expect(held.said).not.toContain('overfits');
    const long = await runHere('train all.extxyz --split 0/1/2 --autoencoder --hidden 40,40 --epochs 1500 -o m.json');
    expect(long.said).toMatch(
      /its error on held-out motifs is [\d.]+ times that on those it learned from: it overfits/,
    );
  });
});

describe('a model file with a right checksum', () => {
  it.each<[string, (content: Record<string, unknown>) => void]>([
    ['.config: found 3, expected an object', (content) => Object.assign(content, { config: 3 })],
    [': hidden: found 2.00e+301 parameters', (content) => Object.assign(content.config as object, { latent: 1e300 })],
    [
      ': hidden[0]: found "6", expected an integer',
      (content) => Object.assign(content.config as object, { hidden: ['6'] }),
    ],
    [
      ': hidden: found 1.80e+15 parameters',
      (content) => Object.assign(content.config as object, { hidden: [3e7, 3e7] }),
    ],
    [
      '.metrics.train: found "1", expected a finite number',
      (content) => Object.assign(content, { metrics: { train: '1' } }),
    ],
    [
      '.provenance.train: found undefined, expected',
      (content) => Object.assign(content, { provenance: { library: '', engine: '' } }),
    ],
    [': normalizer: found null', (content) => Object.assign(content, { normalizer: null })],
    [
      ': normalizer.atoms: found 8, expected an integer',
      (content) => Object.assign(content.normalizer as object, { atoms: '8' }),
    ],
    [
      ': parameters[0]: found NaN',
      (content) => Object.assign(content, { parameters: nanFirst(content.parameters as string) }),
    ],
  ])('but wrong content is refused: %s', async (message, change) => {
    if (!fs.existsSync('fine.json')) await train('--epochs 1 -o fine.json');
    reseal('fine.json', 'wrong.json', change);
    const { code, complaints } = await runHere('sample wrong.json -n 2 -o x.extxyz');
    expect([code, complaints]).toEqual([1, [expect.stringContaining(`sample: wrong.json${message}`)]]);
  });
});

function nanFirst(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeFloatLE(Number.NaN, 0);
  return bytes.toString('base64');
}

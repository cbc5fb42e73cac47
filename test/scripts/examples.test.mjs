import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/lib/project.mjs';

const file = inProject('docs', 'reference', 'examples.mjs');
const text = fs.readFileSync(file, 'utf8');
// The examples write a file where they run.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'examples-'));

describe('the examples of the reference', () => {
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it('print what they say', () => {
    const printed = execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
    expect(printed).toEqual(Array.from(text.matchAll(/\/\/ → (.*)$/gm), ([, said]) => said));
  });

  it('are of every call of the pipeline, one each', () => {
    const names = Array.from(text.matchAll(/^\/\/# (.*)$/gm), ([, list]) => list.split(' ')).flat();
    expect(names.sort()).toEqual(Object.keys(createRequire(import.meta.url)('glassy-motifs')).sort());
  });
});

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { expect, it } from 'vitest';
import { inProject } from '../../scripts/lib/project.mjs';

it('npm run train:cells says what it does', () => {
  const text = execFileSync(process.execPath, [inProject('scripts', 'trainCells.mjs'), '--help'], {
    encoding: 'utf8',
  });
  expect(text).toMatch(/^npm run train:cells/);
  const { scripts } = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8'));
  expect(scripts['train:cells']).toBe('node scripts/trainCells.mjs');
});

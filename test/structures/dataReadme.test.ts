import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as evaluate from '../../src/evaluate';
import * as structures from '../../src/structures';

const data = path.join(__dirname, '../../data');

describe('data/README.md', () => {
  it('holds the table that the library computes from the cells', async () => {
    const { withTable } = await import(pathToFileURL(path.join(data, 'make/table.mjs')).href);
    const readme = readFileSync(path.join(data, 'README.md'), 'utf8');
    expect(readme).toContain('| a-Si-10 |');
    expect(withTable(readme, { ...structures, ...evaluate })).toBe(readme);
  });
});

import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/lib/project.mjs';

/** The rows of environment.md's tables under a heading: package, version, purpose, licence. @param {string} heading */
function rowsUnder(heading) {
  const text = fs.readFileSync(inProject('environment.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| [^|]+ \| \d/.test(line))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

describe('environment.md', () => {
  it('lists exactly the npm packages that package.json asks for, with their versions', () => {
    const { dependencies, devDependencies } = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8'));
    const { 'glassy-motifs': _link, ...asked } = { ...dependencies, ...devDependencies };
    const listed = Object.fromEntries(rowsUnder('npm packages').map(([name, version]) => [name, version]));
    expect(listed).toEqual(asked);
  });

  it('gives each a purpose and a licence', () => {
    for (const row of [...rowsUnder('npm packages'), ...rowsUnder('Python packages')]) {
      expect(row).toHaveLength(4);
      expect(
        row.every((cell) => cell.length > 2),
        row.join(' | '),
      ).toBe(true);
    }
  });

  it.each(['in', 'txt'])('lists the Python packages as requirements.%s pins them', (extension) => {
    const rows = rowsUnder('Python packages');
    expect(rows.length).toBeGreaterThan(0);
    const pins = fs.readFileSync(inProject('jupyter', `requirements.${extension}`), 'utf8').split('\n');
    for (const [name, version] of rows) expect(pins).toContain(`${name}==${version}`);
  });
});

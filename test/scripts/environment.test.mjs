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
    const pins = fs.readFileSync(inProject('jupyter', `requirements.${extension}`), 'utf8').split(/ \\\n|\n/);
    for (const [name, version] of rows) expect(pins).toContain(`${name}==${version}`);
  });
});

it.each(['jupyter', 'bench', 'workflow'])('%s/requirements.txt pins every package by version and content', (folder) => {
  const text = fs.readFileSync(inProject(folder, 'requirements.txt'), 'utf8').replace(/^#.*\n/gm, '');
  const pins = text.replaceAll(' \\\n', '').trimEnd().split('\n');
  expect(pins.length).toBeGreaterThan(20);
  for (const pin of pins) {
    expect(pin).toMatch(/^[\w.-]+==[\w.]+( ; [^;]+?)?( {4}--hash=sha256:[0-9a-f]{64})+$/);
  }
});

describe('package-lock.json', () => {
  const { packages } = JSON.parse(fs.readFileSync(inProject('package-lock.json'), 'utf8'));
  const installed = Object.entries(packages).filter(([place, { link }]) => place && !link);

  it('pins every package by content', () => {
    for (const [place, { integrity }] of installed) expect(integrity, place).toMatch(/^sha512-/);
  });

  it('holds no licence but those that environment.md lists', () => {
    const text = fs.readFileSync(inProject('environment.md'), 'utf8');
    const [, list] =
      /^Licences of all npm packages, dependencies too: (.*), and that of the DejaVu fonts\./m.exec(text) ?? [];
    const licences = installed
      .filter(([place]) => place !== 'node_modules/dejavu-fonts-ttf')
      .flatMap(([, { license }]) =>
        String(license)
          .replace(/[()]/g, '')
          .split(/ (?:AND|OR) /),
      );
    expect([...new Set(licences)].sort()).toEqual(list.split(', ').sort());
  });
});

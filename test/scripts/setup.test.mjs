import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exposingOption, mergeOptions } from '../../scripts/lib/lab.mjs';
import { inProject } from '../../scripts/lib/project.mjs';
import { adviseOnPython, isRecentPython } from '../../scripts/lib/python.mjs';
import { missingPackages } from '../../scripts/lib/setup.mjs';
import { formatDuration } from '../../scripts/lib/steps.mjs';
import { summarize } from '../../scripts/lib/testSummary.mjs';

describe('missingPackages', () => {
  /** @type {Parameters<typeof missingPackages>[0]} */
  const lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', integrity: 'x' },
      'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'y' },
      'node_modules/for-another-platform': { version: '1.0.0', integrity: 'z', optional: true },
      'node_modules/self': { link: true },
    },
  };
  const { '': _root, 'node_modules/for-another-platform': _optional, ...present } = lock.packages;

  it('finds none when all that the platform needs is there', () => {
    expect(missingPackages(lock, { packages: present })).toEqual([]);
  });

  it('finds all but the optional when nothing is installed', () => {
    expect(missingPackages(lock, null)).toEqual(Object.keys(present));
  });

  it('finds another version, another content and a nested package', () => {
    const { 'node_modules/a/node_modules/b': _nested, ...rest } = present;
    const other = { ...rest, 'node_modules/a': { version: '1.0.0', integrity: 'tampered' } };
    expect(missingPackages(lock, { packages: other })).toEqual(['node_modules/a', 'node_modules/a/node_modules/b']);
  });
});

describe('the scripts', () => {
  it('begin without any package, for the set-up has yet to install them', () => {
    const files = ['scripts', 'scripts/lib'].flatMap((folder) =>
      fs.readdirSync(inProject(folder)).map((name) => `${folder}/${name}`),
    );
    const imports = files
      .filter((file) => file.endsWith('.mjs'))
      .flatMap((file) => {
        const statements = fs.readFileSync(inProject(file), 'utf8').matchAll(/^import .*? from '([^']+)'/gms);
        return Array.from(statements, ([, from]) => `${file}: ${from}`);
      });
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((line) => !/: (?:node:|\.)/.test(line))).toEqual([]);
  });
});

describe('the lockfile', () => {
  it('holds every package that another asks for, those of other platforms too, or npm ci refuses it', () => {
    /** @type {Record<string, { dependencies?: object, optionalDependencies?: object }>} */
    const packages = JSON.parse(fs.readFileSync(inProject('package-lock.json'), 'utf8')).packages;
    const resolves = (/** @type {string} */ from, /** @type {string} */ name) => {
      for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1))) {
        if (packages[`${place ? `${place}/` : ''}node_modules/${name}`]) return true;
        if (!place) return false;
      }
    };
    const missing = Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !resolves(place, name))
        .map((name) => `${place} -> ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('Python', () => {
  it('is recent from 3.10 on, numbers compared as numbers', () => {
    expect(['3.9.18', '3.10.0', '3.13.1', '2.7.18'].map(isRecentPython)).toEqual([false, true, true, false]);
  });

  it('without venv is told apart from too old and from none', () => {
    const python = { command: 'python3', path: '/usr/bin/python3', version: '3.11.2', venv: false };
    expect(adviseOnPython([python])).toContain('apt install python3.11-venv');
    expect(adviseOnPython([{ ...python, version: '3.8.1' }])).toContain('only /usr/bin/python3 3.8.1');
    expect(adviseOnPython([])).toContain('none found');
  });
});

describe('options of JupyterLab', () => {
  it('given by the user take the place of ours', () => {
    expect(mergeOptions(['--a=1', '--b=2', '--flag'], ['--b=3', '--c'])).toEqual(['--a=1', '--flag', '--b=3', '--c']);
  });

  it.each([
    [['--ip=0.0.0.0']],
    [['--ServerApp.ip=*']],
    [['--ip', '0.0.0.0']],
    [['--IdentityProvider.token=']],
    [["--ServerApp.token=''"]],
    [['--ServerApp.password=x']],
    [['--ServerApp.allow_remote_access=True']],
    [['--LabApp.ip=0.0.0.0']],
    [['--LabApp.ip', '0.0.0.0']],
    [['--NotebookApp.ip=*']],
    [['--no-browser', '--ExtensionApp.ip=::']],
    [['--c.ServerApp.ip=0.0.0.0']],
    [['--ip']],
    [['--NotebookApp.token', '']],
    [['--NotebookApp.password=x']],
    [["--LabApp.allow_origin='*'"]],
    [['--config=elsewhere.py']],
  ])('that open the server are found: %s', (given) => {
    expect(exposingOption(given)).toBeDefined();
  });

  it.each([
    [['--no-browser', '--port=0']],
    [['--ip=127.0.0.1']],
    [['--IdentityProvider.token=secret']],
    [['--LabApp.ip', 'localhost']],
    [['--ServerApp.root_dir=/ip=0.0.0.0']],
    [['--port', '1']],
  ])('that do not are let through: %s', (given) => {
    expect(exposingOption(given)).toBeUndefined();
  });
});

describe('summarize', () => {
  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [
      { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ];
    const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 4, testResults };
    expect(summarize(report)).toEqual({ passed: 2, failed: 2, skipped: 4, line: '2 passed, 2 failed' });
  });
});

describe('formatDuration', () => {
  it.each([
    [4, '0.00 s'],
    [1234, '1.23 s'],
    [12_340, '12.3 s'],
    [61_900, '1 min 01 s'],
  ])('%d ms', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
});

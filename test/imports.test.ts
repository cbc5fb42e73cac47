import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = path.join(__dirname, '..', 'src');
const LAYERS = [
  'core',
  'structures',
  'motifs',
  'model',
  'generate',
  'diffusion',
  'evaluate',
  'materials',
  'notebook',
  'cli',
];

interface Import {
  from: string;
  type: boolean;
}

/** What a module imports or passes on at its top. */
function importsOf(file: string): Import[] {
  const statements = fs.readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+([\w\s{},*]+?)\s+from '([^']+)'/gm);
  return Array.from(statements, ([, names, from]) => ({ from, type: /^type\b/.test(names) }));
}

function resolve(file: string, from: string): string {
  const base = path.resolve(path.dirname(file), from);
  return fs.existsSync(`${base}.ts`) ? `${base}.ts` : path.join(base, 'index.ts');
}

/** Modules that a module reaches, itself included. */
function reached(file: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const { from, type } of importsOf(file)) {
    if (from.startsWith('.') && !type) reached(resolve(file, from), found);
  }
  return found;
}

function modules(): string[] {
  const files = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const own = files.filter((file) => file.endsWith('.ts') && !file.includes('assembly'));
  return own.map((file) => path.join(SRC, file));
}

function layerOf(file: string): number {
  return LAYERS.indexOf(path.relative(SRC, file).split(path.sep)[0]);
}

describe('the modules of src', () => {
  it('import downwards only', () => {
    const upwards = modules().flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => from.startsWith('.') && layerOf(file) >= 0)
        .map(({ from }) => resolve(file, from))
        .filter((other) => layerOf(other) > layerOf(file))
        .map((other) => `${path.relative(SRC, file)} imports ${path.relative(SRC, other)}`),
    );
    expect(modules().length).toBeGreaterThan(100);
    expect(upwards).toEqual([]);
  });

  it('import each other in no circle, types included', () => {
    const done = new Set<string>();
    const visit = (file: string, trail: string[]): void => {
      expect(trail, 'a circle of imports').not.toContain(file);
      if (done.has(file)) return;
      done.add(file);
      for (const { from } of importsOf(file)) {
        if (from.startsWith('.') && !from.endsWith('.js')) visit(resolve(file, from), [...trail, file]);
      }
    };
    for (const file of modules()) visit(file, []);
    expect(done.size).toBe(modules().length);
  });

  it('have no line of more than 120 characters', () => {
    for (const file of modules()) {
      const lines = fs.readFileSync(file, 'utf8').split('\n');
      expect(
        lines.filter((line) => line.length > 120),
        file,
      ).toEqual([]);
    }
  });
});

describe('the entry points', () => {
  const entries = ['', 'diffusion', 'evaluate', 'materials', 'notebook'].map((name) =>
    path.join(SRC, name, 'index.ts'),
  );
  const listOf = (file: string): string[] => {
    const lists = fs.readFileSync(file, 'utf8').matchAll(/^export \{([^}]*)\} from/gm);
    const names = Array.from(lists, ([, list]) => list.split(',').map((name) => name.trim())).flat();
    return names.filter((name) => name !== '' && !name.startsWith('type '));
  };

  it('list what they export by name', () => {
    for (const file of entries) expect(fs.readFileSync(file, 'utf8'), file).not.toContain('export *');
    const names = entries.flatMap(listOf);
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
  });

  it('number at most 45 functions and classes in the pipeline of the talk', () => {
    expect(listOf(entries[0]).length).toBeGreaterThan(30);
    expect(listOf(entries[0]).length).toBeLessThanOrEqual(45);
  });

  it('reach no notebook, no command line and, for the pipeline of the talk, nothing past it', () => {
    const foldersOf = (file: string) => [...reached(file)].map((other) => path.relative(SRC, other).split(path.sep)[0]);
    expect(new Set(foldersOf(entries[0]))).toEqual(
      new Set(['index.ts', 'core', 'structures', 'motifs', 'model', 'generate']),
    );
    for (const file of entries.slice(1, 4)) expect(foldersOf(file)).not.toContain('notebook');
    for (const file of entries) expect(foldersOf(file)).not.toContain('cli');
  });
});

describe('import of the package', () => {
  it('loads no other package, so that it stays quick: those are loaded on first use', () => {
    const names = ['', 'diffusion', 'evaluate', 'materials', 'notebook'];
    const all = new Set(names.flatMap((name) => [...reached(path.join(SRC, name, 'index.ts'))]));
    expect(all.size).toBeGreaterThan(100);
    const packages = [...all].flatMap((file) =>
      importsOf(file).filter(({ from, type }) => !type && !/^(\.|node:)/.test(from)),
    );
    expect(packages).toEqual([]);
  });
});

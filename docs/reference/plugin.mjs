import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Comment, CommentTag, Converter, RendererEvent } from 'typedoc';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOTEBOOKS = path.join(ROOT, 'notebooks');
const SPACES = ['glass', 'diffusion', 'evaluate', 'materials', 'notebook'];
const CALL = new RegExp(`(?<![\\w'/])(?:${SPACES.join('|')})\\.(\\w+)`, 'g');

/** Adds to every name its example and the notebooks that use it, and writes the sources as pages to link to. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const used = usesByName();
    const examples = examplesByName();
    for (const named of project.children.flatMap((module) => module.children ?? [])) {
      for (const shown of named.signatures ?? [named]) {
        tag(shown, '@example', examples.get(named.name));
        tag(shown, '@usedIn', used.get(named.name));
      }
    }
  });
  // Links by name alone, to what the file itself does not import; those to inner names are left as text (typedoc.json).
  app.converter.addUnknownSymbolResolver(({ symbolReference }, from) => {
    const name = symbolReference?.path?.at(-1)?.path;
    const named = from.project.children.flatMap((module) => module.children ?? []);
    const target = named.find((reflection) => reflection.name === name);
    return target && { target };
  });
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => writeSources(path.join(outputDirectory, 'sources')));
}

/** Parts of the program `examples.mjs`, which begin with the names that they are of. @returns {Map<string, string>} */
function examplesByName() {
  const [, ...parts] = fs.readFileSync(path.join(ROOT, 'docs', 'reference', 'examples.mjs'), 'utf8').split('//# ');
  return new Map(
    parts.flatMap((part) => {
      const [names, ...lines] = part.split('\n');
      const code = `\`\`\`js\n${lines.join('\n').trim()}\n\`\`\``;
      return names.split(' ').map((name) => [name, code]);
    }),
  );
}

/** Links to the notebooks whose code has the name. @returns {Map<string, string>} */
function usesByName() {
  const used = new Map();
  for (const file of fs.readdirSync(NOTEBOOKS).filter((name) => name.endsWith('.ipynb'))) {
    const { cells } = JSON.parse(fs.readFileSync(path.join(NOTEBOOKS, file), 'utf8'));
    const code = cells.filter((cell) => cell.cell_type === 'code').map(({ source }) => [source].flat().join(''));
    for (const name of new Set(Array.from(code.join('\n').matchAll(CALL), ([, name]) => name))) {
      const link = `[${path.basename(file, '.ipynb')}](../../../notebooks/${file})`;
      used.set(name, used.has(name) ? `${used.get(name)}, ${link}` : `Notebooks ${link}`);
    }
  }
  return used;
}

function tag(reflection, name, text) {
  if (text === undefined) return;
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag(name, [{ kind: text.startsWith('```') ? 'code' : 'text', text }]));
}

function writeSources(folder) {
  const escaped = (text) => text.replace(/[&<]/g, (letter) => (letter === '&' ? '&amp;' : '&lt;'));
  const files = fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts') && !/(^|[\\/])assembly[\\/]/.test(name))) {
    const lines = fs.readFileSync(path.join(ROOT, 'src', file), 'utf8').split('\n');
    const rows = lines.map((line, k) => `<span id="L${k + 1}">${String(k + 1).padStart(4)}  ${escaped(line)}</span>`);
    const page = path.join(folder, 'src', `${file}.html`);
    fs.mkdirSync(path.dirname(page), { recursive: true });
    const style = '<style>:target { background: #ffec99 }</style>';
    fs.writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><title>${file}</title>${style}<pre>${rows.join('\n')}</pre>`,
    );
  }
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Comment, CommentTag, Converter, ReflectionKind, RendererEvent } from 'typedoc';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOTEBOOKS = path.join(ROOT, 'notebooks');
const SPACES = ['glass', 'diffusion', 'evaluate', 'materials', 'notebook'];
const CALL = new RegExp(`(?<![\\w'/])(?:${SPACES.join('|')})\\.(\\w+)`, 'g');

/** Adds to every name the notebooks that use it, and writes the sources as pages, to be linked line by line. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const used = usesByName();
    for (const reflection of project.getReflectionsByKind(
      ReflectionKind.SomeModule |
        ReflectionKind.SomeType |
        ReflectionKind.Function |
        ReflectionKind.Class |
        ReflectionKind.Variable,
    )) {
      const notebooks = used.get(reflection.name);
      if (!notebooks || (!reflection.parent?.isProject() && !reflection.parent?.kindOf(ReflectionKind.Module)))
        continue;
      for (const shown of reflection.signatures ?? [reflection]) tag(shown, [...notebooks]);
    }
  });
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => writeSources(path.join(outputDirectory, 'sources')));
}

function usesByName() {
  const used = new Map();
  for (const file of fs.readdirSync(NOTEBOOKS).filter((name) => name.endsWith('.ipynb'))) {
    const { cells } = JSON.parse(fs.readFileSync(path.join(NOTEBOOKS, file), 'utf8'));
    const code = cells.filter((cell) => cell.cell_type === 'code').map(({ source }) => [source].flat().join(''));
    for (const [, name] of code.join('\n').matchAll(CALL)) used.set(name, (used.get(name) ?? new Set()).add(file));
  }
  return used;
}

function tag(reflection, notebooks) {
  const links = notebooks.map((file) => `[${path.basename(file, '.ipynb')}](../../../notebooks/${file})`);
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(
    new CommentTag('@usedIn', [{ kind: 'text', text: `Notebooks ${links.join(', ')}` }]),
  );
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

/** The little that the panels share. */

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export function numberIn(id: string): number {
  return byId<HTMLInputElement>(id).valueAsNumber;
}

export function on(id: string, event: string, act: () => unknown): void {
  byId(id).addEventListener(event, () => attempt(act));
}

/** Runs an action; what goes wrong is said in the line under the tabs. */
export async function attempt(act: () => unknown): Promise<void> {
  const line = byId('error');
  line.textContent = '';
  try {
    await act();
  } catch (error) {
    line.textContent = (error as Error).message;
  }
}

/** Long work: the button that starts it is off and that which stops it on, until it ends. */
export async function busy(start: string, halt: string, work: () => Promise<void>): Promise<void> {
  const set = (running: boolean): void => {
    byId<HTMLButtonElement>(start).disabled = running;
    byId<HTMLButtonElement>(halt).disabled = !running;
  };
  set(true);
  try {
    await work();
  } finally {
    set(false);
  }
}

export function download(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'chemical/x-xyz' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Answers as a table of which one row is chosen, by pointer or keys. */
export function answerTable(table: HTMLElement, head: string[], rows: string[][], choose: (row: number) => void): void {
  table.replaceChildren();
  const add = (parent: HTMLElement, tag: string, text = ''): HTMLElement => {
    const element = Object.assign(document.createElement(tag), { textContent: text });
    parent.append(element);
    return element;
  };
  if (rows.length === 0) return;
  const first = add(table, 'tr');
  for (const text of ['', ...head]) add(first, 'th', text);
  rows.forEach((row, k) => {
    const line = add(table, 'tr');
    const label = add(add(line, 'td'), 'label', `${k + 1} `);
    const radio = Object.assign(document.createElement('input'), { type: 'radio', name: table.id, checked: k === 0 });
    radio.addEventListener('change', () => choose(k));
    label.prepend(radio);
    for (const text of row) add(line, 'td', text);
  });
  choose(0);
}

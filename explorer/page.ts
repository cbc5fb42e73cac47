/** The explorer: three panels, of which one is shown. */
import { openExample, openFile, startCells, startGenerator } from './cells';
import { attempt, byId } from './dom';
import { startMotifs } from './motifs';

const tabs = [...document.querySelectorAll<HTMLButtonElement>('[role=tab]')];
let opened = false;

function choose(tab: HTMLButtonElement): void {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    byId(other.getAttribute('aria-controls') as string).hidden = !chosen;
  }
  if (tab.id !== 'tab-cell' || opened) return;
  opened = true;
  attempt(openExample);
}

for (const [k, tab] of tabs.entries()) {
  tab.addEventListener('click', () => choose(tab));
  tab.addEventListener('keydown', ({ key }) => {
    const next = tabs[(k + ({ ArrowRight: 1, ArrowLeft: tabs.length - 1 }[key] ?? 0)) % tabs.length];
    if (next === tab) return;
    choose(next);
    next.focus();
  });
}

startMotifs();
startCells();
startGenerator();

addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  opened = true;
  choose(byId<HTMLButtonElement>('tab-cell'));
  attempt(() => openFile(event.dataTransfer?.files[0]));
});

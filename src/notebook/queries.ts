// biome-ignore lint/suspicious/noExplicitAny: the DOM's types would need TypeScript's dom library, which this package does without
export type Dom = any;

/** A tag, classes, or both: what nearly all of plotly's selectors are. */
const SIMPLE_SELECTOR = /^(?=.)([\w-]*)((?:\.[\w-]+)*)$/;

/** Looks for simple selectors by a walk: plotly asks thousands of times a figure, mostly in groups of a few elements. */
export function addQueries(window: Dom): void {
  const element = window.Element.prototype;
  const { querySelector, querySelectorAll } = element;
  element.querySelector = function (this: Dom, selector: string): Dom {
    const test = testOf(selector);
    return test === undefined ? querySelector.call(this, selector) : (matching(this, test, 1)[0] ?? null);
  };
  element.querySelectorAll = function (this: Dom, selector: string): Dom {
    const test = testOf(selector);
    return test === undefined ? querySelectorAll.call(this, selector) : matching(this, test, Number.POSITIVE_INFINITY);
  };
}

const tests = new Map<string, ((node: Dom) => boolean) | undefined>();

/** Whether an element matches a simple selector; undefined for another one. */
function testOf(selector: string): ((node: Dom) => boolean) | undefined {
  if (!tests.has(selector)) {
    const [, tag, list] = SIMPLE_SELECTOR.exec(selector) ?? [];
    const classes = list?.split('.').slice(1);
    const test = (node: Dom): boolean => {
      if (tag !== '' && node.localName !== tag) return false;
      const own = classes.length === 0 ? [] : (node.getAttribute('class') ?? '').split(/\s+/);
      return classes.every((name) => own.includes(name));
    };
    tests.set(selector, classes === undefined ? undefined : test);
  }
  return tests.get(selector);
}

/** The first elements below a node that pass, at most `most`, in the document's order. */
function matching(node: Dom, test: (node: Dom) => boolean, most: number, found: Dom[] = []): Dom[] {
  for (const child of elementsIn(node)) {
    if (found.length < most && test(child)) found.push(child);
    if (found.length >= most) break;
    matching(child, test, most, found);
  }
  return found;
}

/** The elements right below a node. */
export function elementsIn(node: Dom): Dom[] {
  const elements: Dom[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === 1) elements.push(child);
  }
  return elements;
}

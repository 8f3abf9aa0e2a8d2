// The script of a plan's page: filter, folding, theme and printing. Without it the page shows everything.
'use strict';
{
  /** @type {(selector: string, root?: ParentNode) => HTMLElement[]} */
  const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(isElement);
  /** @type {(selector: string, root?: ParentNode) => HTMLElement | undefined} */
  const one = (selector, root = document) => all(selector, root)[0];
  /** @type {(node: unknown) => node is HTMLElement} */
  function isElement(node) {
    return node instanceof HTMLElement;
  }
  /** @type {(node: unknown) => node is HTMLInputElement} */
  const isInput = (node) => node instanceof HTMLInputElement;
  /** @type {(node: unknown) => node is HTMLDetailsElement} */
  const isDetails = (node) => node instanceof HTMLDetailsElement;

  // ---- which hosts a text means: parts of names, globs and ranges, separated by commas or spaces

  /** @type {(text: string) => string} */
  const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

  /** @typedef {(host: string) => boolean} HostMatcher */

  /** @type {(part: string) => HostMatcher | undefined} */
  function rangeMatcher(part) {
    const [, before, first, last, after] = /^(.*)\[(\d+):(\d+)\](.*)$/.exec(part) ?? [];
    if (before === undefined || after === undefined) return undefined;
    const name = new RegExp(`^${quoted(before)}(\\d+)${quoted(after)}$`, 'i');
    return (host) => {
      const number = name.exec(host)?.[1];
      return number !== undefined && Number(number) >= Number(first) && Number(number) <= Number(last);
    };
  }

  /** @type {(part: string) => HostMatcher} */
  function partMatcher(part) {
    const range = rangeMatcher(part);
    if (range) return range;
    if (part.includes('*') || part.includes('?')) {
      const glob = quoted(part).replaceAll('\\*', '.*').replaceAll('\\?', '.');
      return (host) => new RegExp(`^${glob}$`, 'i').test(host);
    }
    return (host) => host.toLowerCase().includes(part.toLowerCase());
  }

  /** @type {(text: string) => HostMatcher} */
  function hostMatcher(text) {
    const parts = text.split(/[\s,]+/).filter((part) => part !== '');
    const matchers = parts.map(partMatcher);
    return (host) => matchers.length === 0 || matchers.some((matches) => matches(host));
  }

  // ---- the filter

  const MAX_NAMES_SHOWN = 12;
  const form = one('#filter');
  const hostField = all('#filter [name=host]').find(isInput);
  const shown = one('#shown');
  const items = all('[data-hosts]').map((element) => ({
    element,
    hosts: (element.dataset['hosts'] ?? '').split(' '),
  }));
  const everyHost = new Set(items.flatMap(({ hosts }) => hosts));

  /**
   * What the filter asks for; an empty set or text asks for everything.
   * @typedef {{ host: string, action: Set<string>, risk: Set<string> }} Filter
   */

  /** @type {(name: string) => HTMLInputElement[]} */
  const boxes = (name) => all(`#filter input[name=${name}]`).filter(isInput);
  /** @type {(name: string) => Set<string>} */
  const chosen = (name) =>
    new Set(
      boxes(name)
        .filter((input) => input.checked)
        .map((input) => input.value),
    );
  /** @type {() => Filter} */
  const readFilter = () => ({
    host: hostField?.value.trim() ?? '',
    action: chosen('action'),
    risk: chosen('risk'),
  });

  /**
   * Shows what matches the filter, and counts it: a change counts once for each host.
   * @type {(wanted: Filter) => { changes: number, hosts: Set<string> }}
   */
  function filter({ host, action, risk }) {
    const matches = hostMatcher(host);
    const narrowed = action.size > 0 || risk.size > 0;
    /** @type {(change: HTMLElement) => boolean} */
    const isWanted = ({ dataset }) =>
      (action.size === 0 || action.has(dataset['action'] ?? '')) &&
      (risk.size === 0 || risk.has(dataset['risk'] ?? ''));
    let changes = 0;
    /** @type {Set<string>} */
    const hosts = new Set();
    for (const { element, hosts: own } of items) {
      const matching = own.filter(matches);
      const isNote = 'note' in element.dataset;
      const changesHere = element.dataset['action'] === undefined ? all('.change', element) : [element];
      const wanted = isNote ? [] : changesHere.filter(isWanted);
      for (const change of changesHere) if (change !== element) change.hidden = !wanted.includes(change);
      for (const part of all('.shared', element))
        part.hidden = all('.change', part).every((change) => change.hidden);
      element.hidden = matching.length === 0 || (isNote ? narrowed : wanted.length === 0);
      if (!element.hidden && wanted.length > 0) {
        changes += matching.length * wanted.length;
        for (const name of matching) hosts.add(name);
      }
      showMatching(element, host === '' || matching.length === own.length ? [] : matching);
    }
    for (const section of all('[data-section]')) {
      section.hidden = all('[data-hosts]', section).every((element) => element.hidden);
    }
    for (const cell of all('.cells .cell'))
      cell.classList.toggle('out', !matches(cell.dataset['host'] ?? ''));
    return { changes, hosts };
  }

  /** @type {(element: HTMLElement, names: readonly string[]) => void} */
  function showMatching(element, names) {
    const note = one('.matching', element);
    if (!note) return;
    const few = names.slice(0, MAX_NAMES_SHOWN).join(', ');
    const more = names.length - MAX_NAMES_SHOWN;
    note.textContent = `Of these hosts: ${few}${more > 0 ? ` and ${more} more` : ''}`;
    note.hidden = names.length === 0;
  }

  const total = filter({ host: '', action: new Set(), risk: new Set() });

  /**
   * Applies the filter of the form.
   * @returns {boolean} whether it asks for less than everything
   */
  function update() {
    const wanted = readFilter();
    const { changes, hosts } = filter(wanted);
    const active = wanted.host !== '' || wanted.action.size > 0 || wanted.risk.size > 0;
    /** @type {(number: number, noun: string) => string} */
    const many = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
    if (shown)
      shown.textContent = active
        ? `Showing ${changes} of ${many(total.changes, 'change')} on ${hosts.size} of ${many(everyHost.size, 'host')}.`
        : `Showing all ${many(total.changes, 'change')} on ${many(everyHost.size, 'host')}.`;
    document.body.classList.toggle('filtered', active);
    return active;
  }

  // ---- the filter in the address, so that a view can be sent to somebody

  /** @type {(active: boolean) => void} */
  function writeAddress(active) {
    const { host, action, risk } = readFilter();
    const parts = { host, action: [...action].join(), risk: [...risk].join() };
    const text = Object.entries(parts)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    history.replaceState(null, '', active ? `#${text}` : location.pathname + location.search);
  }

  function readAddress() {
    const parts = new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B'));
    if (location.hash !== '' && !['host', 'action', 'risk'].some((name) => parts.has(name))) return;
    if (hostField) hostField.value = parts.get('host') ?? '';
    for (const name of ['action', 'risk']) {
      const values = (parts.get(name) ?? '').split(',');
      for (const input of boxes(name)) input.checked = values.includes(input.value);
    }
    update();
  }

  if (form && shown) {
    form.hidden = false;
    shown.hidden = false;
    form.addEventListener('input', () => writeAddress(update()));
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', () => setTimeout(() => writeAddress(update())));
    addEventListener('hashchange', readAddress);
    /** @type {(open: boolean) => void} */
    const foldAll = (open) => {
      for (const part of all('main details').filter(isDetails)) part.open = open;
    };
    one('#open')?.addEventListener('click', () => foldAll(true));
    one('#close')?.addEventListener('click', () => foldAll(false));
    addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isInput(event.target)) return;
      event.preventDefault();
      hostField?.focus();
    });
    readAddress();
    update();
  }

  // ---- dark and light: as the system has it, or as the button says

  const themes = ['auto', 'light', 'dark'];
  const button = one('#theme');
  /** @type {(theme: string) => void} */
  const setTheme = (theme) => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    const label = one('#theme span');
    if (label) label.textContent = theme;
  };
  if (button) button.hidden = false;
  button?.addEventListener('click', () => {
    const now = document.documentElement.dataset['theme'] ?? 'auto';
    setTheme(themes[(themes.indexOf(now) + 1) % themes.length] ?? 'auto');
  });

  // ---- on paper nothing is folded

  /** @type {HTMLDetailsElement[]} */
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])').filter(isDetails);
    for (const part of folded) part.open = true;
  });
  addEventListener('afterprint', () => {
    for (const part of folded) part.open = false;
  });
}

// Filter, folding, theme and printing of a plan's page. Without it the page shows everything.
'use strict';
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);

  // ---- which hosts a text means: parts of names, globs and ranges, separated by commas or blanks

  const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

  function rangeMatcher(part) {
    const [, before, first, last, after] = /^(.*)\[(\d+):(\d+)\](.*)$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const name = new RegExp(`^${quoted(before)}(\\d+)${quoted(after)}$`, 'i');
    return (host) => {
      const number = name.exec(host)?.[1];
      return number !== undefined && Number(number) >= Number(first) && Number(number) <= Number(last);
    };
  }

  function partMatcher(part) {
    const range = rangeMatcher(part);
    if (range) return range;
    if (part.includes('*') || part.includes('?')) {
      const glob = quoted(part).replaceAll('\\*', '.*').replaceAll('\\?', '.');
      return (host) => new RegExp(`^${glob}$`, 'i').test(host);
    }
    return (host) => host.toLowerCase().includes(part.toLowerCase());
  }

  function hostMatcher(text) {
    const parts = text.split(/[\s,]+/).filter((part) => part !== '');
    const matchers = parts.map(partMatcher);
    return (host) => matchers.length === 0 || matchers.some((matches) => matches(host));
  }

  // ---- the filter

  const form = one('#filter');
  const shown = one('#shown');
  const hostsOf = (element) => element.dataset.hosts.split(' ');
  const holders = all('[data-hosts]').map((element) => ({ element, hosts: hostsOf(element) }));
  const everyHost = new Set(holders.flatMap(({ hosts }) => hosts));

  const chosen = (name) => new Set(all(`input[name=${name}]:checked`, form).map((input) => input.value));
  const readFilter = () => ({
    host: form.elements.host.value.trim(),
    action: chosen('action'),
    risk: chosen('risk'),
  });

  /** Shows what matches the filter, and counts it: a change counts once a host. */
  function filter({ host, action, risk }) {
    const matches = hostMatcher(host);
    const narrowed = action.size > 0 || risk.size > 0;
    const isWanted = ({ dataset }) =>
      (action.size === 0 || action.has(dataset.action)) && (risk.size === 0 || risk.has(dataset.risk));
    let changes = 0;
    const hosts = new Set();
    for (const { element, hosts: own } of holders) {
      const matching = own.filter(matches);
      const items = element.dataset.action === undefined ? all('.change', element) : [element];
      const wanted = 'note' in element.dataset ? [] : items.filter(isWanted);
      for (const item of items) if (item !== element) item.hidden = !wanted.includes(item);
      for (const part of all('.shared', element))
        part.hidden = all('.change', part).every((item) => item.hidden);
      element.hidden = matching.length === 0 || ('note' in element.dataset ? narrowed : wanted.length === 0);
      if (!element.hidden && wanted.length > 0) {
        changes += matching.length * wanted.length;
        for (const name of matching) hosts.add(name);
      }
      tellMatching(element, host === '' || matching.length === own.length ? [] : matching);
    }
    for (const section of all('[data-section]')) {
      section.hidden = all('[data-hosts]', section).every((element) => element.hidden);
    }
    for (const cell of all('.cells .cell')) cell.classList.toggle('out', !matches(cell.dataset.host));
    return { changes, hosts };
  }

  function tellMatching(element, names) {
    const note = one('.matching', element);
    if (!note) return;
    const few = names.slice(0, 12).join(', ');
    note.textContent = `Of these hosts: ${few}${names.length > 12 ? ` and ${names.length - 12} more` : ''}`;
    note.hidden = names.length === 0;
  }

  const nothing = { host: '', action: new Set(), risk: new Set() };
  const total = filter(nothing);

  function update() {
    const wanted = readFilter();
    const { changes, hosts } = filter(wanted);
    const active = wanted.host !== '' || wanted.action.size > 0 || wanted.risk.size > 0;
    const many = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
    shown.textContent = active
      ? `Showing ${changes} of ${many(total.changes, 'change')} on ${hosts.size} of ${many(everyHost.size, 'host')}.`
      : `Showing all ${many(total.changes, 'change')} on ${many(everyHost.size, 'host')}.`;
    document.body.classList.toggle('filtered', active);
    return active;
  }

  // ---- the filter in the address, so that a view can be sent to somebody

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
    form.elements.host.value = parts.get('host') ?? '';
    for (const name of ['action', 'risk']) {
      const values = (parts.get(name) ?? '').split(',');
      for (const input of all(`input[name=${name}]`, form)) input.checked = values.includes(input.value);
    }
    update();
  }

  if (form) {
    form.hidden = false;
    shown.hidden = false;
    form.addEventListener('input', () => writeAddress(update()));
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', () => setTimeout(() => writeAddress(update())));
    addEventListener('hashchange', readAddress);
    const foldAll = (open) => all('main details').forEach((part) => (part.open = open));
    one('#open').addEventListener('click', () => foldAll(true));
    one('#close').addEventListener('click', () => foldAll(false));
    addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.matches('input')) return;
      event.preventDefault();
      form.elements.host.focus();
    });
    readAddress();
    update();
  }

  // ---- dark and light: as the system has it, or as the button says

  const themes = ['auto', 'light', 'dark'];
  const button = one('#theme');
  const setTheme = (theme) => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    one('span', button).textContent = theme;
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    const now = document.documentElement.dataset.theme ?? 'auto';
    setTheme(themes[(themes.indexOf(now) + 1) % themes.length]);
  });

  // ---- on paper nothing is folded

  let folded = [];
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])');
    for (const part of folded) part.open = true;
  });
  addEventListener('afterprint', () => {
    for (const part of folded) part.open = false;
  });
}

'use strict';
// What the page does beyond its text: the exchanges, the sentences, filters, and buttons that copy. All is text: nothing
// that a target said becomes markup.

const DATA = JSON.parse(document.getElementById('data').textContent);
const CLAUSES = DATA.clauses.map(([id, title, verdict, level], place) => ({ place, id, title, verdict, level }));
const WORDS = { pass: 'passed', fail: 'failed', 'not-tested': 'not tested', recorded: 'recorded' };
const SIGNS = { pass: '✓', fail: '✗', 'not-tested': '–', recorded: '•' };
const PROBES = DATA.probes.map(([id, clauses]) => ({ id, clauses, rows: [] }));
const ROWS = DATA.rows.map(([number, probe, target, method, status, milliseconds]) =>
  ({ number, probe: PROBES[probe], target: DATA.targets[target], method, status, milliseconds }));
for (const row of ROWS) row.probe.rows.push(row);
const BY_NUMBER = new Map(ROWS.map(row => [row.number, row]));
const FEW = 12, MANY = 200;

const by = id => document.getElementById(id);
const make = (name, fields = {}, ...children) => {
  const made = Object.assign(document.createElement(name), fields);
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
};
const button = (text, onclick, className = '') => make('button', { type: 'button', textContent: text, onclick, className });
const count = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
const answer = row => row.status ? String(row.status) : 'no answer';
const time = row => `${row.milliseconds.toFixed(1)} ms`;

function open(dialog, title, ...content) {
  const heading = make('h2', { id: `${dialog.id}-title`, tabIndex: -1 }, ...title);
  dialog.replaceChildren(button('Close', () => dialog.close(), 'close'), heading, ...content);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  heading.focus();
}

/** A link into the page: it closes what lies over it. */
const link = (text, hash) => make('a', { href: `#${hash}`, textContent: text, onclick: () => {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
} });

function openExchange(number) {
  const row = BY_NUMBER.get(number), texts = DATA.texts[number] ?? onPage(number), failing = DATA.failing[number];
  if (!row) return;
  open(by('exchange'), [`Exchange ${number}`],
    make('p', { className: 'faint' }, idOf(row.probe.id), ` · ${answer(row)} · ${time(row)}`),
    texts ? make('div', { className: 'pair' }, ...['Request', 'Answer'].map((label, side) =>
      make('figure', {}, make('figcaption', { textContent: label }), make('pre', { tabIndex: 0, ariaLabel: label, textContent: texts[side] }))))
      : make('p', {}, make('code', { textContent: `${row.method} ${row.target}` }), ` The whole of it is in traffic.har, number ${number}.`),
    failing === undefined ? null : make('p', {}, 'It fails ', link(CLAUSES[failing].title, `f${failing}`)),
    row.probe.clauses.length ? make('p', { className: 'faint', textContent: 'Its probe tests' }) : null,
    make('ul', {}, ...row.probe.clauses.map(place => make('li', {}, sign(CLAUSES[place].verdict), ' ', link(CLAUSES[place].title, `s${place}`)))));
}

/** The texts of an exchange that stands in full beside its failure. */
function onPage(number) {
  const pair = document.querySelector(`.way:has([data-number="${number}"]:first-child) .pair`);
  return pair && [...pair.querySelectorAll('pre')].map(pre => pre.textContent);
}

const sign = verdict => make('span', { className: `sign ${verdict}`, ariaHidden: 'true', textContent: SIGNS[verdict] });

const exchange = row => button(`${row.number}`, () => openExchange(row.number), 'exchange');

/** A few exchanges of a probe: those first that fail a clause, then the last, each in order. */
function few(rows) {
  const failing = rows.filter(row => row.number in DATA.failing).slice(0, FEW), others = rows.filter(row => !(row.number in DATA.failing));
  return [...failing, ...others.slice(Math.max(0, others.length + failing.length - FEW))];
}

/** An id, which may be broken where it has a dot. */
const idOf = text => make('code', {}, ...text.match(/[^.]*\.|[^.]+/g).flatMap((part, place) => place ? [make('wbr'), part] : [part]));

/** The probes of a clause, those first that fail it, with their exchanges. */
function probesOf(place) {
  const failed = new Set(DATA.failed[place] || []);
  const probes = PROBES.filter(probe => probe.clauses.includes(place) || failed.has(probe.id));
  probes.sort((one, other) => failed.has(other.id) - failed.has(one.id));
  if (!probes.length) return make('p', { className: 'faint', textContent: 'It is tested by every answer, and no probe is only for it.' });
  const body = make('tbody');
  const add = some => body.append(...some.map(probe => make('tr', {},
    make('td', {}, idOf(probe.id), failed.has(probe.id) ? make('span', { className: 'bad', textContent: ' failed' }) : null),
    make('td', {}, ...few(probe.rows).flatMap(row => [exchange(row), ` ${answer(row)} `]),
      probe.rows.length > FEW ? `and ${probe.rows.length - FEW} more` : null))));
  add(probes.slice(0, FEW));
  const table = make('table', { className: 'rows tests' }, make('thead', {}, make('tr', {},
    make('th', { scope: 'col', textContent: 'probe' }), make('th', { scope: 'col', textContent: 'exchanges' }))), body);
  const rest = probes.slice(FEW);
  const more = rest.length ? button(`Show ${count(rest.length, 'more probe')}`, () => { add(rest); more.remove(); }) : null;
  return make('div', {}, table, more);
}

function openSentence(places, text) {
  open(by('sentence'), [`“${text}”`], ...places.map(place => {
    const { id, title, verdict, level } = CLAUSES[place];
    return make('article', {}, make('h3', {}, sign(verdict), ' ', title),
      make('p', { className: 'faint' }, idOf(id), ` · ${level} · ${WORDS[verdict]} · `,
        verdict === 'fail' ? link('the failure', `f${place}`) : link('the clause', `c${place}`)),
      probesOf(place));
  }));
}

/** The list of all exchanges, as far as it was asked for. */
let listed = MANY;
function list() {
  const words = by('which').value.trim().toLowerCase();
  const found = ROWS.filter(row => !words || `${row.number} ${row.probe.id} ${row.method} ${row.target} ${answer(row)}`.toLowerCase().includes(words));
  const head = [['number', 'short'], ['probe', ''], ['request', 'target'], ['answer', 'short'], ['took', 'short amount']];
  const table = make('table', { className: 'rows' },
    make('thead', {}, make('tr', {}, ...head.map(([textContent, className]) => make('th', { scope: 'col', textContent, className })))),
    make('tbody', {}, ...found.slice(0, listed).map(row => make('tr', {},
      make('td', { className: 'short' }, exchange(row)), make('td', {}, idOf(row.probe.id)),
      make('td', { className: 'target' }, make('code', { textContent: `${row.method} ${row.target}` })),
      make('td', { textContent: answer(row), className: row.status >= 500 || !row.status ? 'short bad' : 'short' }), make('td', { className: 'short amount', textContent: time(row) })))));
  const rest = found.length - listed;
  by('all').replaceChildren(make('p', { className: 'faint', textContent: count(found.length, 'exchange') }), table,
    ...(rest > 0 ? [button(`Show ${count(Math.min(rest, MANY), 'more exchange')}`, () => { listed += MANY; list(); })] : []));
}

function filter() {
  const only = by('only').value, like = by('like').value.trim().toLowerCase();
  let shown = 0;
  for (const group of document.querySelectorAll('.group')) {
    for (const row of group.querySelectorAll('.clause')) {
      const { id, title, verdict } = CLAUSES[row.dataset.place];
      row.hidden = (only && verdict !== only) || !`${id} ${title}`.toLowerCase().includes(like);
      shown += !row.hidden;
    }
    group.hidden = ![...group.querySelectorAll('.clause')].some(row => !row.hidden);
  }
  by('nothing').hidden = shown > 0;
}

/** Show what the address names: a clause is unfolded, a sentence lit. */
function follow() {
  const [, kind, place] = /^#([cfs])(\d+)$/.exec(location.hash) || [];
  for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
  if (!kind) return;
  const target = by(kind + place);
  if (kind === 'c' && target) {
    for (const field of ['only', 'like']) by(field).value = '';
    filter();
    target.open = true;
    target.querySelector('summary').focus({ preventScroll: true });
  }
  if (kind === 'f') target?.focus({ preventScroll: true });
  if (kind === 's') {
    const pieces = document.querySelectorAll(`a[data-clauses~="${place}"]`);
    for (const piece of pieces) piece.classList.add('lit');
    pieces[0]?.focus({ preventScroll: true });
  }
  target?.scrollIntoView({ block: kind === 's' ? 'center' : 'start' });
}

async function copy(box) {
  const text = box.querySelector('pre').textContent;
  try {
    await navigator.clipboard.writeText(text);
    by('status').textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(box.querySelector('pre'));
    by('status').textContent = document.execCommand('copy') ? 'Copied.' : 'Selected: copy it with the keyboard.';
  }
  return by('status').textContent;
}

for (const each of document.querySelectorAll('.filters, .copy')) each.hidden = false;
document.addEventListener('click', async event => {
  const mark = event.target.closest('a.mark'), pressed = event.target.closest('button.exchange[data-number]'), copied = event.target.closest('.copy');
  if (mark) {
    event.preventDefault();
    openSentence(mark.dataset.clauses.split(' ').map(Number), mark.textContent);
  }
  if (pressed) openExchange(Number(pressed.dataset.number));
  if (copied) {
    const before = copied.firstChild.textContent, said = await copy(copied.parentElement);
    copied.firstChild.textContent = said;
    setTimeout(() => { copied.firstChild.textContent = before; }, 1500);
  }
});
document.addEventListener('toggle', event => {
  const box = event.target.open && event.target.querySelector('.probes:empty');
  if (box) box.append(probesOf(Number(event.target.dataset.place)));
}, true);
by('clauses').querySelector('form').addEventListener('input', filter);
by('exchanges')?.querySelector('form').addEventListener('input', () => { listed = MANY; list(); });
for (const form of document.querySelectorAll('.filters')) form.addEventListener('submit', event => event.preventDefault());
addEventListener('beforeprint', () => { for (const way of document.querySelectorAll('.way')) way.open = true; });
addEventListener('hashchange', follow);
if (by('all')) list();
follow();
document.documentElement.dataset.drawn = 'true';

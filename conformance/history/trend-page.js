// The page: targets, filters, the feed of changes, colour schemes and printing.

const FEW_DAYS = 30, FEW_CLAUSES = 5, MOST_FAILING = 8;
const by = id => document.getElementById(id);
const say = text => { by('status').textContent = text; };
const grids = DATA.targets.map(target => new Grid(target, openCell, say));
const groups = [...new Set(CLAUSES.map(clause => clause.group))];
let everyDay = false, printing = false;

const shown = () => {
  const name = by('tabs').querySelector('input:checked')?.value;
  return grids.filter(grid => !name || grid.target.name === name);
};

/** Whether a row is to be seen: where one of the shown targets has what the filter asks for, so that rows stay side by side. */
function visible(clause) {
  const section = by('section').value, words = by('words').value.trim().toLowerCase();
  if (clause.index !== BEHAVIOUR && !shown().some(grid => grid.knows(clause.index))) return false;
  if (section && clause.group !== section) return false;
  if (words && !`${clause.id} ${clause.title}`.toLowerCase().includes(words)) return false;
  const wanted = by('verdict').value;
  if (!wanted) return true;
  return shown().some(grid => {
    const last = grid.target.nights.length - 1;
    if (wanted === 'changed') return grid.target.nights.some((_, night) => grid.hasChanged(clause.index, night));
    if (clause.index === BEHAVIOUR) return false;
    const letters = grid.target.verdicts[clause.index];
    return { fails: letters[last] === 'f', accepted: letters[last] === 'a', failed: /[fa]/.test(letters), untested: letters[last] === 'n' }[wanted];
  });
}

function openAt(grid, clause, night) {
  const row = grid.rows.findIndex(row => row.clause === clause);
  if (row < 0) return;
  grid.go(row, night);
  openCell(grid);
}

const link = (grid, night, text, clause) =>
  make('button', { type: 'button', textContent: text, onclick: () => openAt(grid, clause, night) });

/** What fails in the newest night of each target, and since when: the reason why most people open the page. */
function now() {
  const items = shown().flatMap(grid => [['f', 'fails', 'worse'], ['a', 'fails as accepted', '']].flatMap(([letter, sign, className]) => {
    const failing = grid.failing(letter), more = failing.length - MOST_FAILING, last = grid.target.nights.length - 1;
    const said = failing.slice(0, MOST_FAILING).flatMap(([clause, since], place) =>
      [place ? ', ' : '', link(grid, last, CLAUSES[clause].id, clause), ' ', make('span', { className: 'unbroken', textContent: since })]);
    return failing.length ? [make('li', {}, make('span', { className, textContent: `${grid.target.name} ${sign}: ` }), ...said, more > 0 ? `, and ${more} more` : '')] : [];
  }));
  by('now').replaceChildren(...(items.length ? items : [make('li', { textContent: 'Nothing fails in the newest night.' })]));
}

function itemsOf(grid, delta, seen) {
  const { night } = delta, whose = [grid.when(night).slice(11), shown().length > 1 ? grid.target.name : ''].filter(Boolean).join(' ');
  const many = whose && `${whose}: `;
  const unsure = delta.notes.length ? ' (suite changed)' : '';
  const described = one => [link(grid, night, CLAUSES[one.clause].id, one.clause), one.probes.length ? ` by ${names(one)}` : ''];
  const alike = new Map();
  for (const one of delta.clauses.filter(one => seen.has(one.clause)))
    alike.set(one.kind, [...(alike.get(one.kind) || []), one]);
  const items = [...alike].map(([kind, changes]) => {
    const worse = changes.some(one => one.worse), sign = make('span', { className: worse ? 'worse' : '',
      textContent: `${worse ? '▲ ' : ''}${kind}${unsure}: ` });
    const list = () => make('ul', {}, ...changes.map(one => make('li', {}, ...described(one))));
    if (changes.length === 1) return make('li', {}, many, sign, ...described(changes[0]));
    if (changes.length <= FEW_CLAUSES) return make('li', {}, many, sign, list());
    return make('li', {}, make('details', {}, make('summary', {}, many, sign, `${changes.length} clauses`), list()));
  });
  return [...items,
    ...(seen.has(BEHAVIOUR) ? delta.behaviour : []).map(one => make('li', {}, many, link(grid, night, 'changed behaviour', BEHAVIOUR), ` ${one.what}: ${names(one)}`)),
    ...delta.flaky.map(text => make('li', {}, `${many}newly flaky: ${text}`)),
    ...delta.notes.map(note => make('li', {}, many + note)),
  ];
}

function feed(clauses) {
  const seen = new Set(clauses.map(clause => clause.index)), days = new Map();
  const add = (at, items) => { if (items.length) days.set(at.slice(0, 10), [...(days.get(at.slice(0, 10)) || []), ...items]); };
  for (const grid of shown()) {
    for (const delta of grid.target.deltas) add(grid.target.nights[delta.night][1], [[grid, delta]]);
    for (const [run, at, why] of grid.target.broken_off) add(at, [[grid, `${grid.target.name}: ${run} broke off: ${why}`]]);
  }
  const newest = [...days.keys()].sort().reverse(), articles = [];
  let more = 0;
  for (const day of newest) {
    if (!everyDay && articles.length >= FEW_DAYS) { more++; continue; }
    const items = days.get(day).flatMap(([grid, what]) => typeof what === 'string' ? [make('li', { textContent: what })] : itemsOf(grid, what, seen));
    if (items.length) articles.push(make('article', {}, make('h3', { textContent: day }), make('ul', {}, ...items)));
  }
  by('days').replaceChildren(...(articles.length ? articles : [make('p', { textContent: 'Nothing changed in these nights.' })]));
  by('all-days').hidden = !more;
  by('all-days').textContent = `Show ${more} more days`;
}

function render() {
  const clauses = groups.flatMap(group => CLAUSES.filter(clause => clause.group === group && visible(clause)));
  if (visible(CLAUSES[BEHAVIOUR])) clauses.unshift(CLAUSES[BEHAVIOUR]);
  for (const grid of grids) grid.element.hidden = !shown().includes(grid);
  for (const grid of shown()) grid.show(clauses, printing);
  now();
  feed(clauses);
  legend();
}

function legend() {
  const colours = palette(), sign = (letter, text, changed) => {
    const canvas = make('canvas');
    canvas.setAttribute('aria-hidden', 'true');
    paint(sized(canvas, 14, 13), colours, letter, 0, 0, 14, 13, changed);
    return make('li', {}, canvas, text);
  };
  by('legend').replaceChildren(...['p', 'f', 'a', 'n', 'r', 'u'].map(letter => sign(letter, WORDS[letter])),
    sign('p', 'first night of a change', true), sign('c', 'changed behaviour'));
}

function onPaper(on) {
  printing = on;
  document.documentElement.classList.toggle('print', on);
  render();
}

by('made').textContent = `Made ${DATA.made_at.slice(0, 16).replace('T', ' ')} UTC from the history; times are UTC.`;
by('section').append(...groups.map(group => make('option', { textContent: group, value: group })));
by('tabs').append(...[['', 'all'], ...DATA.targets.map(({ name }) => [name, name])].map(([value, text]) =>
  make('label', {}, make('input', { type: 'radio', name: 'target', value, checked: !value }), ` ${text}`)));
by('tabs').hidden = grids.length < 2;
by('targets').append(...grids.map(grid => grid.element));
by('filters').addEventListener('input', render);
by('filters').addEventListener('submit', event => event.preventDefault());
by('all-days').addEventListener('click', () => { everyDay = true; render(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', render);
addEventListener('beforeprint', () => onPaper(true));
addEventListener('afterprint', () => onPaper(false));
addEventListener('resize', () => { if (!printing) render(); });
render();
for (const grid of grids) grid.scroll.scrollLeft = grid.scroll.scrollWidth;
document.documentElement.dataset.drawn = 'true';

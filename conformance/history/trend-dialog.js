// What lies behind a cell: what the clause proved that night, and the exchanges before and after.

const dialog = document.getElementById('cell');

function detailsOf(grid, clause, night) {
  const found = grid.target.details[clause].filter(([from]) => from <= night).at(-1);
  return found && grid.letter(clause, night) !== '.' ? { from: found[0], ...DATA.details[found[1]] } : null;
}

/** The first night of the stretch with the same verdict; what fails as accepted fails. */
function since(grid, clause, night) {
  const kind = night => grid.letter(clause, night).replace('a', 'f');
  let first = night;
  while (first > 0 && kind(first - 1) === kind(night)) first--;
  return first;
}

const names = ({ probes, more }) => probes.join(', ') + (more ? ` and ${more} more` : '');

/** Whose exchange it is, where the run's own was not kept. */
function standIn({ stand_in: run }) {
  return run ? ` of ${run.run} (${run.at.slice(0, 16).replace('T', ' ')}), which was answered alike: its own was not kept` : '';
}

function exchangeShown(title, number) {
  const box = make('div', {}, make('h3', { textContent: title }));
  if (number === null) return box.append(make('p', { className: 'faint', textContent: 'not sent, or not kept' })), box;
  const one = DATA.exchanges[number];
  const head = one.status ? `${one.status}` : `no answer: ${one.trouble}`;
  const fields = Object.entries(one.headers).map(([name, value]) => `${name}: ${value}`);
  box.append(make('pre', { textContent: `${one.request}\n\n${[head, ...fields].join('\n')}\n\n${one.body}`.trim() }),
    make('p', { className: 'faint', textContent: `exchange ${one.exchange}${standIn(one)}` }));
  return box;
}

function changesShown(grid, clause, night) {
  const delta = grid.deltas.get(night);
  if (!delta) return [];
  const changes = clause === BEHAVIOUR ? delta.behaviour : delta.clauses.filter(one => one.clause === clause);
  return changes.flatMap(change => [
    make('p', {}, make('strong', { className: change.worse ? 'worse' : '', textContent: change.kind || change.what }),
      change.probes.length ? `: ${names(change)}` : ''),
    ...(change.exchanges || []).flatMap(([probe, before, after]) => [make('p', {}, make('code', { textContent: probe })),
      make('div', { className: 'pair' }, exchangeShown(`Before: ${delta.before[1].replace('T', ' ')}`, before), exchangeShown('This night', after))]),
  ]).concat(delta.notes.map(note => make('p', { textContent: note })));
}

function provedShown(grid, clause, night) {
  const proved = clause === BEHAVIOUR ? null : detailsOf(grid, clause, night);
  if (!proved) return [];
  const parts = [];
  if (proved.reason) parts.push(make('p', { textContent: proved.reason }));
  if (proved.failed) {
    parts.push(make('p', { textContent: `Failed by ${proved.failed}:` }), make('ul', {}, ...proved.failures.map(
      ([probe, message]) => make('li', {}, make('code', { textContent: probe }), message ? `: ${message}` : ''))));
    if (proved.failed > proved.failures.length) parts.push(make('p', { textContent: `and ${proved.failed - proved.failures.length} more` }));
  }
  if (proved.passed) parts.push(make('p', { textContent:
    `Passed or recorded by ${proved.passed}: ${names({ probes: proved.probes, more: proved.passed - proved.probes.length })}` }));
  if (proved.from !== night && proved.failures?.some(([, message]) => message))
    parts.push(make('p', { className: 'faint', textContent: `in the words of ${grid.when(proved.from)}, which proved the same` }));
  return parts;
}

function openCell(grid) {
  const { target, night } = grid, { clause } = grid.rows[grid.row], { id, title, level, section } = CLAUSES[clause];
  const [run, at, suite] = target.nights[night], letter = grid.letter(clause, night), first = since(grid, clause, night);
  const changes = night => grid.hasChanged(clause, night);
  const step = by => {
    for (let other = night + by; other >= 0 && other < target.nights.length; other += by) if (changes(other)) return other;
    return null;
  };
  const jump = (text, other) => make('button', { type: 'button', textContent: text, disabled: other === null,
    onclick: () => { grid.go(grid.row, other); openCell(grid); } });
  const whole = clause === BEHAVIOUR ? '' : first === 0 ? ', as far back as this page goes'
    : ` since ${grid.when(first)}: ${night - first + 1} in a row, ${WORDS[grid.letter(clause, first - 1)]} before`;
  const before = grid.deltas.get(night)?.before[0] || target.nights[night - 1]?.[0];
  const last = before ? `conformance compare ${before} ${run}` : `conformance history show ${run}`;
  dialog.replaceChildren(
    make('h2', { id: 'cell-title', tabIndex: -1, textContent: `${id}: ${WORDS[letter]}` }),
    make('p', { textContent: [level, title].filter(Boolean).join(': ') }),
    make('p', { className: 'faint', textContent: `${section} · ${target.name} · ${at.replace('T', ' ')} UTC · ${run} · suite ${target.suites[suite]}` }),
    make('p', {}, make('strong', { textContent: `${WORDS[letter]}${whole}` })),
    ...(grid.sign(clause, night) === 'u' ? [make('p', { textContent: 'Sent again that night, a probe of it failed and passed: the night settles nothing.' })] : []),
    ...[grid.flaky.get(clause)].filter(Boolean).map(text => make('p', { textContent: `flaky: ${text}` })),
    ...provedShown(grid, clause, night), ...changesShown(grid, clause, night),
    make('p', { className: 'faint' }, 'All of it: ', make('code', { textContent: last })),
    make('nav', { ariaLabel: 'Nights' }, make('button', { type: 'button', textContent: 'Close', onclick: () => dialog.close() }),
      jump('← change before', step(-1)), jump('next change →', step(1))));
  dialog.onclose = () => grid.cursor.focus();
  dialog.onkeydown = event => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') dialog.close();
    else if (by) { grid.go(grid.row, grid.night + by); openCell(grid); } else return;
    event.preventDefault();
  };
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  dialog.querySelector('h2').focus();
}

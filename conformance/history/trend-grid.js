'use strict';
// The heat map of one target: for each section a band with labels as text and cells on a canvas (bands, and not one
// canvas, so that paper can break between them), and a button that lies over one cell as the cursor.

const DATA = JSON.parse(document.getElementById('data').textContent);
const BEHAVIOUR = -1; // the row above the clauses
const CLAUSES = DATA.clauses.map(([id, level, section, title], index) =>
  ({ index, id, level, section, title, group: section.split(' / ')[0] }));
CLAUSES[BEHAVIOUR] = { index: BEHAVIOUR, id: 'behaviour', level: '', section: 'Behaviour', group: 'Behaviour',
  title: 'What came back, whether or not a clause forbids it' };
const WORDS = { p: 'passed', f: 'failed', a: 'failed, as accepted', n: 'not tested', r: 'recorded', c: 'changed', u: 'failed and passed in one night', '-': 'as the night before',
  '.': 'not in the catalogue' };
const ROW = 15, GROUP = 22, HEAD = 18, PRINT_WIDTH = 1020;

const make = (name, fields = {}, ...children) => {
  const made = Object.assign(document.createElement(name), fields);
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
};
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const palette = () => Object.fromEntries(
  ['pass', 'fail', 'untested', 'recorded', 'mark', 'on-fail', 'changed'].map(name => [name, colour(name)]));

/** One cell: every verdict has its pattern, whatever its colour. */
function paint(context, colours, letter, x, y, width, height, changed) {
  const gap = width > 4 ? 1 : 0, w = width - gap, middle = y + Math.floor(height / 2);
  const fill = (name, left, top, right, bottom) => {
    context.fillStyle = colours[name];
    context.fillRect(left, top, right, bottom);
  };
  if (letter === 'p') fill('pass', x, y, w, height);
  if (letter === 'r') { fill('recorded', x, y, w, height); fill('mark', x + w / 2 - Math.min(w, 2) / 2, middle - 1, Math.min(w, 2), 2); }
  if (letter === 'n') for (let top = y + 1; top < y + height; top += 4) fill('untested', x, top, w, 1.5);
  if (letter === 'u') { fill('pass', x, y, w, height); fill('fail', x + w / 2, y, w / 2, height); }
  if (letter === 'c') { fill('changed', x, y + 2, w, height - 4); }
  if (letter === '-') fill('untested', x, middle, w, 1);
  if (letter === 'f' || letter === 'a') {
    const ink = letter === 'f' ? 'on-fail' : 'fail'; // what is accepted is hollow
    if (letter === 'f') fill('fail', x, y, w, height);
    else { fill('fail', x, y, w, 1); fill('fail', x, y + height - 1, w, 1); fill('fail', x, y, 1, height); fill('fail', x + w - 1, y, 1, height); }
    if (w < 5) { fill(ink, x, middle - 1, w, 2); } else {
      const arm = Math.min(w / 2 - 1, 3), centre = x + w / 2;
      context.strokeStyle = colours[ink];
      context.lineWidth = 1.4;
      context.beginPath();
      context.moveTo(centre - arm, middle - arm); context.lineTo(centre + arm, middle + arm);
      context.moveTo(centre + arm, middle - arm); context.lineTo(centre - arm, middle + arm);
      context.stroke();
    }
  }
  if (changed && letter !== 'c') fill('mark', x, y, Math.max(1, Math.min(2, w / 2)), w < 4 ? 4 : height);
}

function sized(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  return context;
}

class Grid {
  constructor(target, open, say) {
    Object.assign(this, { target, open, say, row: 0, night: target.nights.length - 1, rows: [] });
    this.deltas = new Map(target.deltas.map(delta => [delta.night, delta]));
    this.changed = new Set(target.deltas.flatMap(({ night, clauses }) => clauses.map(one => `${one.clause} ${night}`)));
    this.flaky = new Map(target.flaky);
    this.unsettled = new Set(target.unsettled.map(([clause, night]) => `${clause} ${night}`));
    this.cursor = make('button', { type: 'button', className: 'cursor' });
    this.cursor.setAttribute('aria-haspopup', 'dialog');
    this.cursor.setAttribute('aria-roledescription', 'cell of the heat map');
    this.bands = make('div');
    this.inner = make('div', { className: 'inner' }, this.bands, this.cursor);
    this.scroll = make('div', { className: 'scroll' }, this.inner);
    this.element = make('section', { className: 'target', ariaLabel: `Target ${target.name}` },
      make('h2', { textContent: target.name }), make('p', { className: 'faint', textContent: this.summary() }), this.scroll);
    this.cursor.addEventListener('keydown', event => this.key(event));
    this.cursor.addEventListener('focus', () => this.say(this.words()));
    this.cursor.addEventListener('click', () => this.open(this));
    this.bands.addEventListener('click', event => { if (this.point(event)) { this.cursor.focus(); this.open(this); } });
    this.bands.addEventListener('mousemove', event => { const at = this.at(event); if (at) this.say(this.words(at.clause, at.night)); });
  }

  summary() {
    const last = this.target.nights.length - 1, [run, at] = this.target.nights[last], counts = {};
    for (const letters of this.target.verdicts) counts[letters[last]] = (counts[letters[last]] || 0) + 1;
    const said = ['p', 'f', ...(counts.a ? ['a'] : []), 'n', 'r'].map(letter => `${counts[letter] || 0} ${WORDS[letter]}`).join('; ');
    const flaky = this.flaky.size ? `; ${this.flaky.size} flaky` : '';
    return `${this.target.base_url} · ${last + 1} nights · newest ${at.replace('T', ' ')} (${run}): ${said}${flaky}`;
  }

  /** The clauses with this letter in the newest night, and since when each fails. */
  failing(letter) {
    const last = this.target.nights.length - 1;
    return this.target.since.filter(([clause]) => this.letter(clause, last) === letter)
      .map(([clause, day, always]) => [clause, `since ${day}${always ? ' or before' : ''}`]);
  }

  /** Whether the catalogue of the target ever had the clause; that of another operation has others. */
  knows(clause) {
    return /[^.]/.test(this.target.verdicts[clause]);
  }

  letter(clause, night) {
    if (clause !== BEHAVIOUR) return this.target.verdicts[clause][night];
    return this.deltas.get(night)?.behaviour.length ? 'c' : '-';
  }

  /** The verdict as it is shown: of a probe that failed and passed when it was sent again the night settles nothing. */
  sign(clause, night) {
    return this.unsettled.has(`${clause} ${night}`) ? 'u' : this.letter(clause, night);
  }

  hasChanged(clause, night) {
    return clause === BEHAVIOUR ? this.letter(clause, night) === 'c' : this.changed.has(`${clause} ${night}`);
  }

  /** The day of a night, with the hour if there are several that day. */
  when(night) {
    const at = this.target.nights[night][1], day = at.slice(0, 10);
    return this.target.nights.filter(([, other]) => other.startsWith(day)).length > 1 ? at.replace('T', ' ') : day;
  }

  words(clause = this.rows[this.row]?.clause, night = this.night) {
    if (clause === undefined) return 'no clause matches the filters';
    const { id, title } = CLAUSES[clause], letter = this.sign(clause, night);
    const changed = letter !== 'c' && this.hasChanged(clause, night) ? ', changed' : '';
    return `${this.target.name}, ${this.when(night)}: ${id} ${WORDS[letter]}${changed} (${title})`;
  }

  /** Lay out the clauses that are visible, and draw. */
  show(clauses, printing) {
    this.labels = printing ? 270 : Math.round(Math.min(330, this.scroll.clientWidth * 0.35 || 330));
    document.documentElement.style.setProperty('--labels', `${this.labels}px`);
    const number = this.target.nights.length, room = this.scroll.clientWidth - this.labels - 4;
    this.width = printing ? Math.min(14, (PRINT_WIDTH - this.labels) / number) : Math.max(6, Math.min(18, Math.floor(room / number)));
    const kept = this.rows[this.row]?.clause, colours = palette();
    this.rows = [];
    const bands = [this.band('dates', [], this.days(), HEAD)];
    let top = HEAD;
    for (let start = 0; start < clauses.length;) {
      const { group } = clauses[start], next = clauses.findIndex((clause, place) => place > start && clause.group !== group);
      const members = clauses.slice(start, next < 0 ? clauses.length : next);
      const canvas = make('canvas'), height = GROUP + members.length * ROW;
      canvas.dataset.top = top;
      this.draw(canvas, members, height, top, colours);
      bands.push(this.band(group, members, canvas, height));
      top += height;
      start += members.length;
    }
    this.row = Math.max(0, this.rows.findIndex(row => row.clause === kept));
    this.bands.replaceChildren(...bands);
    this.place();
  }

  band(group, clauses, cells, height) {
    const line = (text, className, size, title = '') =>
      make('div', { textContent: text, title, className, style: `height:${size}px;line-height:${size}px` });
    const flaky = clause => (this.flaky.has(clause.index) ? `${clause.id} (flaky)` : clause.id);
    const labels = clauses.length ? [line(group, 'group', GROUP)] : [];
    labels.push(...clauses.map(clause => line(flaky(clause), 'clause', ROW, clause.title)));
    return make('div', { className: 'band', ariaHidden: 'true', style: `height:${height}px` },
      make('div', { className: 'labels' }, ...labels), cells);
  }

  /** The axis: the date where a month begins, and days between, each once. */
  days() {
    let seen = '', free = 0, told = 'none';
    return make('div', { className: 'dates', style: `width:${this.target.nights.length * this.width}px` },
      ...this.target.nights.flatMap(([, at], night) => {
        const month = at.slice(0, 7), left = night * this.width;
        if (left < free || at.startsWith(told)) return [];
        told = at.slice(0, 10);
        const text = month === seen ? at.slice(8, 10) : at.slice(0, 10);
        seen = month;
        free = left + (text.length > 2 ? 72 : 30);
        return [make('span', { textContent: text, style: `left:${left}px` })];
      }));
  }

  draw(canvas, clauses, height, top, colours) {
    const number = this.target.nights.length, context = sized(canvas, number * this.width, height);
    clauses.forEach(({ index }, place) => {
      const y = GROUP + place * ROW;
      this.rows.push({ clause: index, y: top + y });
      for (let night = 0; night < number; night++)
        paint(context, colours, this.sign(index, night), night * this.width, y + 1, this.width, ROW - 2, this.hasChanged(index, night));
    });
  }

  place() {
    const row = this.rows[this.row];
    this.cursor.hidden = !row;
    if (row) this.cursor.style.cssText =
      `left:${this.labels + this.night * this.width}px;top:${row.y}px;width:${this.width}px;height:${ROW}px`;
    this.cursor.setAttribute('aria-label', this.words());
  }

  at(event) {
    if (event.target.tagName !== 'CANVAS') return null;
    const night = Math.floor(event.offsetX / this.width), y = Number(event.target.dataset.top) + event.offsetY;
    const row = this.rows.findIndex(row => row.y <= y && y < row.y + ROW);
    return row < 0 || night >= this.target.nights.length ? null : { row, night, clause: this.rows[row].clause };
  }

  point(event) {
    const at = this.at(event);
    if (at) this.go(at.row, at.night);
    return at;
  }

  go(row, night) {
    this.row = Math.max(0, Math.min(this.rows.length - 1, row));
    this.night = Math.max(0, Math.min(this.target.nights.length - 1, night));
    this.place();
    this.cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.say(this.words());
  }

  key(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0],
      PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity] };
    if (event.key === 'Enter' || event.key === ' ') this.open(this);
    else if (moves[event.key]) this.go(this.row + moves[event.key][0], this.night + moves[event.key][1]);
    else return;
    event.preventDefault();
  }
}

// How is a scene drawn: lanes with their tables, objects with their counts, arrows between them?
// In the picture alone things are looked for by selector: the source beside it may have tens of thousands of elements.
const $ = (id) => document.getElementById(id);
const MOST_ROWS = 60;
const SVG = 'http://www.w3.org/2000/svg';

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// The rows that are drawn of a table that may be long: what changed, what is chosen, and its neighbours' number.
function drawn(rows, chosen) {
  if (rows.length <= MOST_ROWS) return rows;
  const moving = rows.filter(({ handle, mark }) => mark || handle.object === chosen);
  return (moving.length ? moving : rows.slice(-MOST_ROWS / 4)).slice(0, MOST_ROWS);
}

function rowOf({ handle, mark, bits }, names) {
  const row = make('li', 'row ' + mark);
  row.dataset.handle = handle.id;
  const variables = held(names, handle).join(', ');
  row.append(make('code', '', handle.value), make('span', variables ? 'held' : 'held none', variables || 'in no variable'));
  const signs = make('span', 'signs');
  const opened = handle.by === 'created' ? 'opened' : handle.by;
  const word = { gone: '− ' + handle.closed, new: '+ ' + opened, changed: '~ flags changed' }[mark];
  if (word) signs.append(make('span', 'badge', word));
  if (bits & 1) signs.append(make('span', 'flag', 'inherit'));
  if (bits & 2) signs.append(make('span', 'flag', 'protect'));
  row.append(signs, make('span', 'rights', '→ #' + handle.object + ' · ' + rightsOf(handle)));
  return row;
}

function laneOf({ process, ended, fresh, rows }, names, chosen) {
  const lane = make('section', 'lane' + (ended ? ' ended' : ''));
  lane.dataset.process = process.no;
  lane.setAttribute('aria-label', 'The handle table of ' + process.name);
  const head = make('h3', '', process.name);
  const open = rows.filter(({ mark }) => mark !== 'gone').length;
  head.append(make('small', '', 'pid ' + process.pid + ' · ' + many(open, 'handle')));
  if (fresh) head.append(make('span', 'badge', '+ new'));
  if (ended) head.append(make('span', 'badge', '✕ ended with ' + process.ended[1]));
  const list = make('ul');
  const important = drawn(rows, chosen);
  list.append(...important.map((row) => rowOf(row, names)));
  lane.append(head, list);
  const left = rows.length - important.length;
  if (left) lane.append(make('p', '', '… and ' + left + ' more that did not change'));
  if (!rows.length) lane.append(make('p', '', ended ? 'The table is gone.' : 'The table is empty.'));
  return lane;
}

function cardOf({ object, state, before, mark }, chosen) {
  // What nobody has a handle to and nothing happens to stands back.
  const quiet = !mark && object.no !== chosen && state && !state[1] && /^(Process|Thread)$/.test(object.type);
  const card = make('button', 'object ' + mark + (quiet ? ' quiet' : '') + (object.no === chosen ? ' chosen' : ''));
  card.dataset.object = object.no;
  card.setAttribute('aria-pressed', object.no === chosen);
  const head = make('span', 'head');
  head.append(make('span', 'name', object.called));
  const word = { gone: '✕ deleted', new: '+ created', changed: '~ changed' }[mark];
  if (word) head.append(make('span', 'badge', word));
  card.append(head);
  if (!state) return card;
  const counts = make('span', 'counts');
  for (const [what, at] of [['handles', 1], ['references', 2]]) {
    const was = before && before[at] !== state[at] ? ' (was ' + before[at] + ')' : '';
    counts.append(make('span', was ? 'moved' : '', what + ' ' + state[at] + was));
  }
  card.append(counts);
  if (mark !== 'gone') card.append(stateOf(object, state, before));
  return card;
}

function stateOf(object, state, before) {
  const text = textOf(state[3]), old = before ? textOf(before[3]) : text;
  const line = make('span', 'state');
  line.append(document.createTextNode(text));
  if (old !== text) line.append(make('span', 'was', (text ? ' ' : '') + '(was ' + old + ')'));
  const loses = before && before[4] && !state[4];
  if (object.named && !state[4]) line.append(make('span', loses ? 'moved' : '', (text ? ' · ' : '') + 'its name is gone'));
  if (old !== text) line.classList.add('moved');
  return line;
}

function showPicture(seen, names, chosen, spot) {
  $('lanes').querySelector('div').replaceChildren(...seen.lanes.map((lane) => laneOf(lane, names, chosen)));
  const cards = [];
  let left = 0;
  for (const one of seen.nodes) {
    if (cards.length >= MOST_ROWS && !one.mark && one.object.no !== chosen) left += 1;
    else cards.push(cardOf(one, chosen));
  }
  if (left) cards.push(make('p', '', '… and ' + left + ' more that did not change'));
  $('objects').querySelector('div').replaceChildren(...cards);
  const about = spot && (spot.handle !== undefined ? $('picture').querySelector('.row[data-handle="' + spot.handle + '"]')
    : $('picture').querySelector('.object[data-object="' + spot.object + '"]'));
  if (about) about.classList.add('spot');
}

function showArrows(chosen) {
  const origin = $('picture').getBoundingClientRect();
  // On paper the picture may be made smaller, and its arrows with it.
  const scale = origin.width / $('picture').offsetWidth;
  const places = (selector) => [...$('picture').querySelectorAll(selector)].map((found) => [found, found.getBoundingClientRect()]);
  const cards = new Map(places('.object').map(([card, place]) => [Number(card.dataset.object), place]));
  const paths = [];
  for (const [row, from] of places('.row')) {
    const handle = handles[row.dataset.handle];
    const to = cards.get(handle.object);
    if (!to) continue;
    const x1 = (from.right - origin.left) / scale + 1, y1 = (from.top - origin.top) / scale + Math.min(13, from.height / 2);
    const x2 = (to.left - origin.left) / scale - 1, y2 = (to.top - origin.top) / scale + Math.min(18, to.height / 2);
    const bend = Math.max(14, (x2 - x1) / 2);
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', 'M' + x1 + ' ' + y1 + 'C' + (x1 + bend) + ' ' + y1 + ' ' + (x2 - bend) + ' ' + y2 + ' ' + x2 + ' ' + y2);
    path.setAttribute('marker-end', 'url(#tip)');
    path.dataset.handle = handle.id;
    path.dataset.object = handle.object;
    const mark = /\b(gone|new)\b/.exec(row.className);
    path.setAttribute('class', (mark ? mark[0] : '') + (handle.object === chosen ? ' chosen' : ''));
    paths.push(path);
  }
  $('arrows').replaceChildren($('arrows').firstElementChild, ...paths);
}

// Among many arrows: those of the row or card that is pointed at.
function stressArrows(pointed) {
  const thing = pointed && pointed.closest('.row, .object');
  for (const path of $('arrows').querySelectorAll('path[data-handle]')) {
    path.classList.toggle('stressed', Boolean(thing) && (path.dataset.handle === thing.dataset.handle || path.dataset.object === thing.dataset.object));
  }
}

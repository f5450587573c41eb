'use strict';
// What comes from the scenario reaches the page through textContent only.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const MOST_ROWS = 60;
  const LONG = 500;
  const objects = new Map(data.objects.map((object) => [object.no, object]));
  const handles = data.handles.map(([process, value, object, rights, from, by, source, to, closed, flags], id) =>
    ({ id, process, value, object, rights, from, by, source, to, closed, flags }));
  const last = data.steps.length - 1;
  let now = 0;
  let chosen = null;

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // The latest of a list of [moment, ...] at or before a moment.
  function latest(list, moment) {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle][0] <= moment) low = middle + 1; else high = middle;
    }
    return low ? list[low - 1] : null;
  }

  const isOpen = (handle, moment) => handle.from <= moment && (handle.to === null || handle.to > moment);
  const isAlive = (object, moment) => object.from <= moment && (object.to === null || object.to > moment);
  const called = (no) => objects.has(no) ? objects.get(no).called : 'object #' + no;
  const actor = (no) => called(no).replace(/^(Process|Thread) #\d+ /, '');
  const many = (number, thing) => number + ' ' + thing + (number === 1 ? '' : 's');

  function place(moment) {
    const step = data.steps[moment];
    return step.kind === 'start' ? 'the start' : step.kind === 'end' ? 'the end' : 'line ' + step.line;
  }

  // The variables that hold each handle now.
  function holders(moment) {
    const held = new Map();
    for (const [when, variable, handle] of data.variables) {
      if (when > moment) break;
      held.set(variable, handle);
    }
    const names = new Map();
    for (const [variable, handle] of held) {
      if (handle === null) continue;
      if (!names.has(handle)) names.set(handle, []);
      names.get(handle).push(variable);
    }
    return names;
  }

  // --- the source -------------------------------------------------------
  const list = $('source');
  const steps = new Map();
  data.steps.forEach((step, moment) => {
    if ((step.kind === 'step' || step.kind === 'check') && !steps.has(step.line)) steps.set(step.line, moment);
  });
  const lines = data.source.map((text, index) => {
    const line = make('li');
    line.append(make('span'), make('span', '', index + 1), make('span', '', text.replace(/ {3,}=>/, '  =>') || ' '));
    const start = text.trimStart();
    if (start.startsWith('///')) line.className = 'story';
    else if (start.startsWith('//')) line.className = 'comment';
    if (steps.has(index + 1)) {
      line.classList.add('step');
      line.addEventListener('click', () => go(steps.get(index + 1)));
    }
    return line;
  });
  // In pieces, so that a browser lays out only those of a long file that are in sight.
  if (lines.length > LONG) list.classList.add('long');
  const PIECE = 100;
  for (let from = 0; from < lines.length; from += PIECE) {
    const piece = make('ol');
    piece.append(...lines.slice(from, from + PIECE));
    piece.style.containIntrinsicHeight = 'auto ' + 1.5 * Math.min(PIECE, lines.length - from) + 'em';
    list.append(piece);
  }

  let marked = null;
  function markLine(step) {
    const old = marked;
    if (old) {
      old.classList.remove('now');
      old.removeAttribute('aria-current');
      old.firstChild.textContent = '';
    }
    const line = step.kind === 'start' ? null : lines[step.line - 1];
    if (!line || step.kind === 'end') return;
    marked = line;
    line.classList.add('now');
    line.setAttribute('aria-current', 'step');
    line.firstChild.textContent = '▶';
    line.scrollIntoView({ block: 'nearest' });
    // In a long file the pieces on the way get their true height only when they are laid out.
    if (lines.length > LONG) requestAnimationFrame(() => line.scrollIntoView({ block: 'nearest' }));
  }

  // --- the step ---------------------------------------------------------
  function sentence(moment) {
    const step = data.steps[moment];
    if (step.kind === 'start') return 'Before the first line.';
    const parts = [step.kind === 'end' ? 'The file is over.' : 'Line ' + step.line + ': ' + step.text + '.'];
    if (step.answer) parts.push('It answers: ' + step.answer + '.');
    for (const missed of step.missed || []) parts.push('This does not hold: ' + missed + '.');
    for (const change of step.changes || []) parts.push(change.replace(/^. /, '') + '.');
    return parts.join(' ');
  }

  function showStep(step) {
    $('told').textContent = step.told || '';
    const call = $('call');
    call.textContent = step.kind === 'start' ? 'Before the first line' : step.kind === 'end' ? 'The file is over' : step.text;
    if (step.answer) {
      const failed = step.marks & 2;
      call.append(make('span', 'answer' + (failed ? ' failed' : ''), (failed ? '✗ ' : '→ ') + step.answer));
    } else if (step.kind === 'check') {
      const failed = (step.missed || []).length;
      call.append(make('span', 'answer' + (failed ? ' failed' : ''), failed ? '✗ it does not hold' : '✓ it holds'));
    }
    $('missed').replaceChildren(...(step.missed || []).map((text) => make('li', '', text)));
    const changes = step.changes || [];
    $('inside').hidden = changes.length === 0;
    $('inside').querySelector('summary').textContent = 'What happens inside: ' + many(changes.length, 'thing') + ', in this order';
    $('inside').querySelector('ol').replaceChildren(...changes.map((text) => make('li', '', text)));
  }

  // --- the picture ------------------------------------------------------
  function rowOf(handle, names) {
    const [, bits] = latest(handle.flags, now) || [0, 0];
    const mark = handle.to === now ? 'gone' : handle.from === now ? 'new'
      : handle.flags.some(([when]) => when === now) ? 'changed' : '';
    const word = { gone: '− ' + handle.closed, new: '+ ' + (handle.by === 'created' ? 'opened' : handle.by), changed: '~ flags changed' }[mark];
    const row = make('div', 'row ' + mark);
    row.dataset.handle = handle.id;
    row.append(make('code', '', handle.value));
    // In its own lane a variable needs no process in front.
    const own = actor(handle.process) + '.';
    const held = (names.get(handle.id) || []).map((name) => name.startsWith(own) ? name.slice(own.length) : name);
    row.append(make('span', 'held', held.join(', ')));
    const signs = make('span');
    if (word) signs.append(make('span', 'badge', word));
    if (bits & 1) signs.append(make('span', 'flag', 'inherit'));
    if (bits & 2) signs.append(make('span', 'flag', 'protect'));
    row.append(signs);
    const rights = make('span', 'rights', '#' + handle.object + ' · ' + (data.texts[handle.rights] || ''));
    rights.title = data.texts[handle.rights];
    row.append(rights);
    return { row, mark };
  }

  function showLanes(names) {
    const tables = new Map();
    for (const handle of handles) {
      if (handle.from > now || !(isOpen(handle, now) || (handle.to === now && handle.from < now))) continue;
      if (!tables.has(handle.process)) tables.set(handle.process, []);
      tables.get(handle.process).push(handle);
    }
    const lanes = [];
    for (const process of data.processes) {
      if (process.from > now) continue;
      const ended = process.ended && process.ended[0] <= now;
      const rows = (tables.get(process.no) || []).sort((a, b) => parseInt(a.value, 16) - parseInt(b.value, 16) || a.id - b.id);
      if (!isAlive(objects.get(process.no), now) && objects.get(process.no).to < now) continue;
      const lane = make('section', 'lane' + (ended ? ' ended' : ''));
      const head = make('h3', '', process.name);
      head.append(make('small', '', 'pid ' + process.pid + ' · ' + many(rows.filter((row) => isOpen(row, now)).length, 'handle')));
      if (process.from === now && now) head.append(make('span', 'badge', '+ new'));
      if (ended) head.append(make('span', 'badge', '✕ ended with ' + process.ended[1]));
      lane.append(head);
      const important = rows.length > MOST_ROWS ? rows.filter((row) => row.from === now || row.to === now || row.object === chosen).slice(0, MOST_ROWS) : rows;
      for (const handle of important) lane.append(rowOf(handle, names).row);
      if (important.length < rows.length) lane.append(make('p', '', '… and ' + (rows.length - important.length) + ' more that did not change'));
      if (!rows.length) lane.append(make('p', '', ended ? 'The table is gone.' : 'The table is empty.'));
      lanes.push(lane);
    }
    $('lanes').querySelector('div').replaceChildren(...lanes);
  }

  function cardOf(object) {
    const gone = object.to === now;
    const state = latest(object.states, gone ? now - 1 : now);
    const before = latest(object.states, now - 1);
    const fresh = object.from === now && now > 0;
    const changed = !gone && !fresh && state && state !== before;
        const mark = gone ? 'gone' : fresh ? 'new' : changed ? 'changed' : '';
    const quiet = !mark && object.no !== chosen && state && !state[1] && /^(Process|Thread)$/.test(object.type);
    const card = make('button', 'object ' + mark + (quiet ? ' quiet' : ''));
    card.dataset.object = object.no;
    card.append(make('span', 'name', object.called));
    if (gone) card.append(make('span', 'badge', '✕ destroyed'));
    else if (fresh) card.append(make('span', 'badge', '+ created'));
    else if (changed) card.append(make('span', 'badge', '~ changed'));
    if (state) {
      const [, handleCount, pointerCount, text, named] = state;
      const counts = make('span', 'counts');
      const tell = (what, number, at) => {
        const was = changed && before && before[at] !== number ? ' (was ' + before[at] + ')' : '';
        counts.append(make('span', '', what + ' ' + (gone ? 0 : number) + was));
      };
      tell('handles', handleCount, 1);
      tell('references', pointerCount, 2);
      card.append(counts);
      if (!gone) {
        const lost = object.called.includes('"') && !named ? ' · its name is gone' : '';
        card.append(make('span', 'state', data.texts[text] + lost));
      }
    }
    if (object.no === chosen) {
      card.classList.add('chosen');
      card.setAttribute('aria-pressed', 'true');
    }
    card.addEventListener('click', () => choose(object.no));
    return card;
  }

  function showObjects() {
    const cards = [];
    let left = 0;
    for (const object of data.objects) {
      const shown = isAlive(object, now) || (object.to === now && object.from < now);
      if (!shown) continue;
      const moving = object.from === now || object.to === now || object.no === chosen;
      if (cards.length >= MOST_ROWS && !moving) { left += 1; continue; }
      cards.push(cardOf(object));
    }
    if (left) cards.push(make('p', '', '… and ' + left + ' more'));
    $('objects').querySelector('div').replaceChildren(...cards);
  }

  const SVG = 'http://www.w3.org/2000/svg';
  function showArrows() {
    const svg = $('arrows');
    const origin = $('picture').getBoundingClientRect();
    const cards = new Map([...document.querySelectorAll('.object')].map((card) => [Number(card.dataset.object), card.getBoundingClientRect()]));
    const marker = document.createElementNS(SVG, 'marker');
    for (const [key, value] of [['id', 'tip'], ['viewBox', '0 0 8 8'], ['refX', 7], ['refY', 4], ['markerWidth', 9], ['markerHeight', 9], ['markerUnits', 'userSpaceOnUse'], ['orient', 'auto']]) marker.setAttribute(key, value);
    const tip = document.createElementNS(SVG, 'path');
    tip.setAttribute('d', 'M0 0 8 4 0 8z');
    marker.append(tip);
    const paths = [];
    for (const row of document.querySelectorAll('.row')) {
      const handle = handles[row.dataset.handle];
      const to = cards.get(handle.object);
      if (!to) continue;
      const from = row.getBoundingClientRect();
      const x1 = from.right - origin.left + 1, y1 = from.top + Math.min(12, from.height / 2) - origin.top;
      const x2 = to.left - origin.left - 1, y2 = to.top + Math.min(18, to.height / 2) - origin.top;
      const bend = Math.max(20, (x2 - x1) / 2);
      const path = document.createElementNS(SVG, 'path');
      path.setAttribute('d', 'M' + x1 + ' ' + y1 + 'C' + (x1 + bend) + ' ' + y1 + ' ' + (x2 - bend) + ' ' + y2 + ' ' + x2 + ' ' + y2);
      path.setAttribute('marker-end', 'url(#tip)');
      path.setAttribute('class', handle.object === chosen ? 'chosen' : handle.to === now ? 'gone' : handle.from === now ? 'new' : '');
      paths.push(path);
    }
    svg.replaceChildren(marker, ...paths);
  }

  // --- why --------------------------------------------------------------
  function choose(no) {
    chosen = chosen === no ? null : no;
    show();
    if (chosen !== null) $('why-title').focus({ preventScroll: true }), $('why').scrollIntoView({ block: 'nearest' });
  }

  function section(title, items, box) {
    if (!items.length) return;
    const ul = make('ul');
    ul.append(...items.map((item) => typeof item === 'string' ? make('li', '', item) : item));
    box.append(make('h3', '', title), ul);
  }

  function referenceText({ kind, by }) {
    switch (kind) {
      case 'running': return 'it runs: whatever runs keeps its own object';
      case 'thread_of': return called(by) + ' is a thread of it and keeps its process';
      case 'wait': return actor(by) + ' waits for it';
      case 'name': return 'its name in the directory';
      case 'view': return actor(by) + ' has a view of it mapped';
      case 'section': return called(by) + ' is a mapping of it';
      case 'job': return actor(by) + ' runs in this job';
      default: return kind;
    }
  }

  const referencesOf = (object) => ((latest(object.states, now) || [])[5] || []).filter((found) => found.kind !== 'handle');
  const processOf = (no) => (objects.get(no) || {}).process || no;

  // What has to happen before the object goes; the end of a process brings about what is its own.
  function freeing(no) {
    const closes = [], ends = new Set(), others = [], seen = new Set();
    const free = (target) => {
      if (seen.has(target)) return;
      seen.add(target);
      const object = objects.get(target);
      if (!object || !isAlive(object, now)) return;
      const open = handles.filter((handle) => handle.object === target && isOpen(handle, now));
      closes.push(...open);
      for (const { kind, by } of referencesOf(object)) {
        if (kind === 'running') ends.add(target);
        else if (kind === 'job') ends.add(by);
        else if (kind === 'wait') others.push([processOf(by), 'the wait of ' + actor(by) + ' ends']);
        else if (kind === 'view') others.push([by, actor(by) + ' unmaps its view of ' + object.called]);
        else if (kind === 'section' || kind === 'thread_of') free(by);
        else if (kind === 'name' && !open.length) others.push([0, 'somebody opens ' + object.called + ' by its name, makes it temporary and closes it']);
      }
    };
    free(no);
    const names = holders(now);
    const close = (handle) => {
      const prefix = actor(handle.process) + '.';
      const own = (names.get(handle.id) || []).find((name) => name.startsWith(prefix));
      return actor(handle.process) + ': CloseHandle(' + (own ? own.slice(prefix.length) : handle.value) + ') — opened at ' + place(handle.from);
    };
    return [
      ...[...ends].filter((who) => processOf(who) === who || !ends.has(processOf(who))).map((who) => called(who) + ' ends'),
      ...closes.filter((handle) => !ends.has(handle.process)).map(close),
      ...others.filter(([who]) => !ends.has(who)).map(([, text]) => text),
    ];
  }

  function pedigree(no) {
    const children = new Map();
    const own = handles.filter((handle) => handle.object === no && handle.from <= now);
    for (const handle of own) {
      if (!children.has(handle.source)) children.set(handle.source, []);
      children.get(handle.source).push(handle);
    }
    const tree = (list) => list.map((handle) => {
      const open = isOpen(handle, now);
      const how = handle.by === 'created' ? 'created with the object' : handle.source === null ? handle.by
        : handle.by + ' from ' + actor(handles[handle.source].process) + ' ' + handles[handle.source].value;
      const item = make('li', open ? '' : 'closed', actor(handle.process) + ' ' + handle.value + ': ' + how + ' at ' + place(handle.from)
        + (open ? ', open' : ', ' + handle.closed + ' at ' + place(handle.to)));
      const below = children.get(handle.id);
      if (below) {
        const ul = make('ul');
        ul.append(...tree(below));
        item.append(ul);
      }
      return item;
    });
    return tree(children.get(null) || []);
  }

  function showWhy(names) {
    const object = objects.get(chosen);
    $('why').hidden = !object;
    if (!object) return;
    const box = $('why').querySelector('div');
    box.replaceChildren();
    if (object.from > now) {
      $('why-title').textContent = object.called + ' is not there yet';
      return;
    }
    if (!isAlive(object, now)) {
      $('why-title').textContent = object.called + ' ended at ' + place(object.to);
      const changes = (data.steps[object.to].changes || []).filter((text) => text.includes(object.called));
      section('How', changes.map((text) => text.replace(/^. /, '')), box);
    } else {
      $('why-title').textContent = 'Why is ' + object.called + ' alive?';
      const open = handles.filter((handle) => handle.object === chosen && isOpen(handle, now));
      section('Handles', open.map((handle) => actor(handle.process) + ' ' + handle.value
        + ' in ' + ((names.get(handle.id) || ['no variable']).join(', ')) + ': ' + data.texts[handle.rights]), box);
      section('References that are no handles', referencesOf(object).map(referenceText), box);
      section('All of these together would free it', freeing(chosen), box);
    }
    section('Where its handles came from', pedigree(chosen), box);
  }

  // --- moving -----------------------------------------------------------
  function show() {
    const step = data.steps[now];
    const names = holders(now);
    const focused = document.activeElement && document.activeElement.dataset.object;
    showStep(step);
    showLanes(names);
    showObjects();
    showWhy(names);
    showArrows();
    if (focused) {
      const again = document.querySelector('.object[data-object="' + Number(focused) + '"]');
      if (again) again.focus({ preventScroll: true });
    }
  }

  function next(mark) {
    for (let moment = now + 1; moment <= last; moment += 1) if (data.steps[moment].marks & mark) return moment;
    return null;
  }

  function go(moment) {
    now = Math.max(0, Math.min(last, moment));
    const step = data.steps[now];
    $('slider').value = now;
    $('slider').setAttribute('aria-valuetext', 'step ' + now + ' of ' + last + ', ' + place(now));
    $('where').textContent = 'step ' + now + ' of ' + last;
    $('back').disabled = $('first').disabled = now === 0;
    $('forward').disabled = $('last').disabled = now === last;
    $('death').disabled = next(1) === null;
    $('failure').disabled = next(2) === null;
    markLine(step);
    show();
    $('said').textContent = sentence(now);
  }

  const jump = (mark) => { const moment = next(mark); if (moment !== null) go(moment); };
  const keys = {
    ArrowRight: () => go(now + 1), ArrowLeft: () => go(now - 1), Home: () => go(0), End: () => go(last),
    d: () => jump(1), f: () => jump(2), i: () => { $('inside').open = !$('inside').open; showArrows(); },
    Escape: () => { if (chosen !== null) { const card = chosen; choose(chosen); const back = document.querySelector('.object[data-object="' + card + '"]'); if (back) back.focus(); } },
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  $('slider').max = last;
  $('slider').addEventListener('input', (event) => go(Number(event.target.value)));
  $('first').addEventListener('click', keys.Home);
  $('back').addEventListener('click', keys.ArrowLeft);
  $('forward').addEventListener('click', keys.ArrowRight);
  $('last').addEventListener('click', keys.End);
  $('death').addEventListener('click', keys.d);
  $('failure').addEventListener('click', keys.f);
  $('why-close').addEventListener('click', keys.Escape);
  $('inside').addEventListener('toggle', showArrows);
  window.addEventListener('resize', showArrows);
  window.addEventListener('beforeprint', () => {
    showArrows();
    $('printed').replaceChildren(...data.steps.slice(1).map((_, index) => make('li', '', sentence(index + 1))));
  });
  $('title').textContent = data.title;
  $('file').textContent = data.file;
  const [, wanted, object] = /^#(\d+)(?:,(\d+))?$/.exec(location.hash) || [0, 0];
  if (object) chosen = Number(object);
  if (last >= 0) go(Number(wanted));
})();

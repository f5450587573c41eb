// Why is an object alive, or what ended it? The same as `handlelab why` tells.
const referencesOf = (object, moment) => ((latest(object.states, moment) || [])[5] || []).filter((found) => found.kind !== 'handle');
const processOf = (no) => (objects.get(no) || {}).process || no;
const openTo = (no, moment) => handles.filter((handle) => handle.object === no && isOpen(handle, moment));
const numberOf = (handle) => parseInt(handle.value, 16);
const flagsAt = (handle, moment) => (latest(handle.flags, moment) || [0, 0])[1];

// Since when a thread has been waiting.
function since(thread, moment) {
  const began = data.waits.findLast(([when, who]) => who === thread && when <= moment);
  return began ? ' since ' + place(began[0]) : '';
}

function referenceText({ kind, by }, moment) {
  switch (kind) {
    case 'running': return 'it runs: whatever runs keeps its own object';
    case 'thread_of': return called(by) + ' is a thread of it and keeps its process';
    case 'wait': return actor(by) + ' waits for it' + since(by, moment);
    case 'name': return 'its name in the directory';
    case 'view': return actor(by) + ' has a view of it mapped';
    case 'section': return called(by) + ' is a mapping of it';
    case 'job': return actor(by) + ' runs in this job';
    default: return kind;
  }
}

// What has to happen before the object goes, each with the process whose end would bring it about.
function acts(no, moment) {
  const found = new Map(), seen = new Set();
  const add = (rank, one, two, doer, text) => found.set([rank, one, two].join(), { rank, one, two, doer, text });
  const free = (target) => {
    const object = objects.get(target);
    if (seen.has(target) || !object || !isAlive(object, moment)) return;
    seen.add(target);
    const open = openTo(target, moment);
    for (const handle of open) add(1, handle.process, numberOf(handle), handle.process, () => closing(handle, no, moment));
    for (const { kind, by } of referencesOf(object, moment)) {
      if (kind === 'running') add(0, target, 0, null, () => called(target) + ' ends');
      else if (kind === 'job') add(0, by, 0, null, () => called(by) + ' ends');
      else if (kind === 'view') add(2, by, target, by, () => actor(by) + ' unmaps its view of ' + object.called);
      else if (kind === 'wait') add(3, by, 0, processOf(by), () => waiting(by, moment));
      else if (kind === 'section' || kind === 'thread_of') free(by);
      else if (kind === 'name' && !open.length) add(4, target, 0, null, () => 'somebody opens ' + object.called + ' by its name, makes it temporary and closes it: it is permanent');
    }
  };
  free(no);
  return [...found.values()].sort((a, b) => a.rank - b.rank || a.one - b.one || a.two - b.two);
}

function closing(handle, no, moment) {
  const prefix = actor(handle.process) + '.';
  const own = (holders(moment).get(handle.id) || []).find((name) => name.startsWith(prefix));
  return actor(handle.process) + ': CloseHandle(' + (own ? own.slice(prefix.length) : handle.value) + ') opened at ' + place(handle.from)
    + (handle.object === no ? '' : ', which keeps ' + called(handle.object))
    + (flagsAt(handle, moment) & 2 ? '; it is protected: clear HANDLE_FLAG_PROTECT_FROM_CLOSE first' : '');
}

function waiting(thread, moment) {
  const began = since(thread, moment);
  return 'the wait of ' + actor(thread) + ' ends' + (began ? ' (it waits' + began + ')' : '');
}

// The end of a process closes its handles, unmaps its views and ends its threads with their waits.
function freeing(no, moment) {
  const all = acts(no, moment);
  const ends = new Set(all.filter(({ rank }) => rank === 0).map(({ one }) => one));
  const left = all.filter(({ rank, one, doer }) => rank === 0 ? processOf(one) === one || !ends.has(processOf(one)) : !ends.has(doer));
  const times = new Map();
  for (const { doer } of left) if (doer !== null) times.set(doer, (times.get(doer) || 0) + 1);
  const shorter = [...times].filter(([, count]) => count > 1).sort(([a], [b]) => a - b);
  return [left.map(({ text }) => text()), shorter.map(([who, count]) => 'or, for ' + count + ' of them at once: ' + actor(who) + ' ends')];
}

function pedigree(no, moment) {
  const children = new Map();
  for (const handle of handles) {
    if (handle.object !== no || handle.from > moment) continue;
    if (!children.has(handle.source)) children.set(handle.source, []);
    children.get(handle.source).push(handle);
  }
  const tree = (list) => list.map((handle) => {
    const open = isOpen(handle, moment);
    const by = { created: 'created with the object', opened: 'opened by name or id', inherited: 'inherited from ' + handle.giver,
      duplicated: 'duplicated from ' + handle.giver }[handle.by];
    const item = make('li', open ? '' : 'closed', actor(handle.process) + ' ' + handle.value + ' ' + by + ' at ' + place(handle.from)
      + ': ' + (open ? 'open' : handle.closed + ' at ' + place(handle.to)));
    const below = children.get(handle.id);
    if (below) {
      const list = make('ul');
      list.append(...tree(below));
      item.append(list);
    }
    return item;
  });
  return tree(children.get(null) || []);
}

function handleItem(handle, names, moment) {
  const bits = flagsAt(handle, moment);
  const held = names.get(handle.id);
  const item = make('li', '', actor(handle.process) + ' ' + handle.value + ' in ' + (held ? held.join(', ') : 'no variable') + ' ');
  item.append(make('small', '', rightsOf(handle)
    + (bits & 1 ? ', inheritable' : '') + (bits & 2 ? ', protected from closing' : '')));
  return item;
}

function section(title, items, box) {
  if (!items.length) return;
  const list = make('ul');
  list.append(...items.map((item) => typeof item === 'string' ? make('li', '', item) : item));
  box.append(make('h3', '', title), list);
}

function tellAlive(object, moment, box) {
  const [, count, references, state, named] = latest(object.states, moment);
  const text = textOf(state);
  box.append(make('p', '', many(count, 'handle') + ', ' + many(references, 'reference') + ' in all' + (text ? '; state: ' + text : '')));
  if (object.named && !named) box.append(make('p', '', 'its name has gone with its last handle: nobody can open it any more'));
  const names = holders(moment);
  const open = openTo(object.no, moment).sort((a, b) => a.process - b.process || numberOf(a) - numberOf(b));
  section('Handles', open.map((handle) => handleItem(handle, names, moment)), box);
  section('References that are no handles', referencesOf(object, moment).map((found) => referenceText(found, moment)), box);
  const [all, shorter] = freeing(object.no, moment);
  section(all.length === 1 ? 'This would free it' : 'All of these together would free it', [...all, ...shorter], box);
}

function showWhy(chosen, moment) {
  const object = objects.get(chosen);
  $('why').hidden = !object;
  if (!object) return;
  const box = $('why').querySelector('div');
  const title = (text) => { $('why-title').textContent = text; };
  box.replaceChildren();
  if (object.from > moment) {
    title(object.called + ' is not there yet; it is created at ' + place(object.from));
    return;
  }
  if (isAlive(object, moment)) {
    title('Why is ' + object.called + ' alive?');
    tellAlive(object, moment, box);
  } else {
    title(object.called + ' ended at ' + place(object.to));
    box.append(make('p', '', object.straw));
  }
  section('Where its handles came from', pedigree(chosen, moment), box);
}

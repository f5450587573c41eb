// Why is an object alive, or what ended it?
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

const referencesOf = (object, moment) => ((latest(object.states, moment) || [])[5] || []).filter((found) => found.kind !== 'handle');
const processOf = (no) => (objects.get(no) || {}).process || no;

// What has to happen before the object goes; the end of a process brings about what is its own.
function freeing(no, moment) {
  const closes = [], ends = new Set(), others = [], seen = new Set();
  const free = (target) => {
    if (seen.has(target)) return;
    seen.add(target);
    const object = objects.get(target);
    if (!object || !isAlive(object, moment)) return;
    const open = handles.filter((handle) => handle.object === target && isOpen(handle, moment));
    closes.push(...open);
    for (const { kind, by } of referencesOf(object, moment)) {
      if (kind === 'running') ends.add(target);
      else if (kind === 'job') ends.add(by);
      else if (kind === 'wait') others.push([processOf(by), 'the wait of ' + actor(by) + ' ends']);
      else if (kind === 'view') others.push([by, actor(by) + ' unmaps its view of ' + object.called]);
      else if (kind === 'section' || kind === 'thread_of') free(by);
      else if (kind === 'name' && !open.length) others.push([0, 'somebody opens ' + object.called + ' by its name, makes it temporary and closes it']);
    }
  };
  free(no);
  const names = holders(moment);
  const close = (handle) => {
    const prefix = actor(handle.process) + '.';
    const own = (names.get(handle.id) || []).find((name) => name.startsWith(prefix));
    return actor(handle.process) + ': CloseHandle(' + (own ? own.slice(prefix.length) : handle.value) + '), opened at ' + place(handle.from);
  };
  return [
    ...[...ends].filter((who) => processOf(who) === who || !ends.has(processOf(who))).map((who) => called(who) + ' ends'),
    ...closes.filter((handle) => !ends.has(handle.process)).map(close),
    ...others.filter(([who]) => !ends.has(who)).map(([, text]) => text),
  ];
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
    const how = handle.by === 'created' ? 'created with the object' : handle.source === null ? handle.by
      : handle.by + ' from ' + actor(handles[handle.source].process) + ' ' + handles[handle.source].value;
    const item = make('li', open ? '' : 'closed', actor(handle.process) + ' ' + handle.value + ': ' + how + ' at ' + place(handle.from)
      + (open ? ', open' : ', ' + handle.closed + ' at ' + place(handle.to)));
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

function section(title, items, box) {
  if (!items.length) return;
  const list = make('ul');
  list.append(...items.map((item) => typeof item === 'string' ? make('li', '', item) : item));
  box.append(make('h3', '', title), list);
}

function showWhy(chosen, moment) {
  const object = objects.get(chosen);
  $('why').hidden = !object;
  if (!object) return;
  const box = $('why').querySelector('div');
  box.replaceChildren();
  if (object.from > moment) {
    $('why-title').textContent = object.called + ' is not there yet';
    return;
  }
  if (isAlive(object, moment)) {
    $('why-title').textContent = 'Why is ' + object.called + ' alive?';
    const names = holders(moment);
    const open = handles.filter((handle) => handle.object === chosen && isOpen(handle, moment));
    section('Handles', open.map((handle) => actor(handle.process) + ' ' + handle.value
      + ' in ' + ((names.get(handle.id) || ['no variable']).join(', ')) + ': ' + data.texts[handle.rights]), box);
    section('References that are no handles', referencesOf(object, moment).map(referenceText), box);
    section('All of these together would free it', freeing(chosen, moment), box);
  } else {
    $('why-title').textContent = object.called + ' ended at ' + place(object.to);
    const changes = (data.steps[object.to].changes || []).filter((text) => text.includes(object.called));
    section('How', changes.map((text) => text.replace(/^. /, '')), box);
  }
  section('Where its handles came from', pedigree(chosen, moment), box);
}

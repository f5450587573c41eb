// What is there at a moment of the run, and in the middle of a step?
// What comes from the scenario reaches the page through textContent only.
const data = JSON.parse(document.getElementById('data').textContent);
const objects = new Map(data.objects.map((object) => [object.no, object]));
const handles = data.handles.map(([process, value, object, rights, from, by, giver, source, to, closed, flags], id) =>
  ({ id, process, value, object, rights, from, by, giver, source, to, closed, flags }));
// One that never had a name has not lost it.
for (const object of data.objects) object.named = object.states.some((state) => state[4]);
const rightsOf = (handle) => data.texts[handle.rights] === '0' ? 'no right at all' : data.texts[handle.rights];
const last = data.steps.length - 1;

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
const innerOf = (moment) => data.steps[moment].inner || [];

// The variables that hold each handle.
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
  for (const variables of names.values()) variables.sort();
  return names;
}

// What the first `done` things inside a step have brought about.
function happened(moment, done) {
  const seen = { opened: new Set(), closed: new Set(), created: new Set(), deleted: new Set(), ended: new Set(), counts: new Map() };
  for (const [kind, id, number] of innerOf(moment).slice(0, done)) {
    const counts = seen.counts.get(id) || {};
    switch (kind) {
      case 'entry+': seen.opened.add(id); break;
      case 'entry-': seen.closed.add(id); break;
      case 'object+': seen.created.add(id); break;
      case 'object-': seen.deleted.add(id); break;
      case 'exit': seen.ended.add(id); break;
      case 'handles': seen.counts.set(id, { ...counts, handles: number }); break;
      case 'pointers': seen.counts.set(id, { ...counts, pointers: number }); break;
      case 'state': seen.counts.set(id, { ...counts, state: number }); break;
      case 'name+': case 'name-': seen.counts.set(id, { ...counts, named: kind === 'name+' }); break;
    }
  }
  return seen;
}

// The picture of a moment. `done` is how many things inside the step have happened, null for all of them.
function scene(moment, done) {
  const whole = done === null || done >= innerOf(moment).length;
  const seen = whole ? null : happened(moment, done);
  const begun = (thing, set) => thing.from < moment || (thing.from === moment && (whole || seen[set].has(thing.id ?? thing.no)));
  const over = (thing, set) => thing.to !== null && (thing.to < moment || (thing.to === moment && (whole || seen[set].has(thing.id ?? thing.no))));
  // What comes and goes within one step is seen only inside it.
  const shown = (thing, is, was) => is && !(was && thing.to < moment) && !(whole && was && thing.from === moment);
  const tables = new Map();
  for (const handle of handles) {
    if (handle.from > moment || (handle.to !== null && handle.to < moment)) continue;
    const is = begun(handle, 'opened'), was = over(handle, 'closed');
    if (!shown(handle, is, was)) continue;
    const changed = whole && handle.from < moment && handle.flags.some(([when]) => when === moment);
    const mark = was ? 'gone' : handle.from === moment && moment ? 'new' : changed ? 'changed' : '';
    if (!tables.has(handle.process)) tables.set(handle.process, []);
    tables.get(handle.process).push({ handle, mark, bits: latest(handle.flags, whole ? moment : moment - 1)?.[1] ?? handle.flags[0][1] });
  }
  const value = (row) => parseInt(row.handle.value, 16);
  for (const rows of tables.values()) rows.sort((a, b) => value(a) - value(b) || a.handle.id - b.handle.id);
  const nodes = [];
  for (const object of data.objects) {
    if (object.from > moment || (object.to !== null && object.to < moment)) continue;
    const is = begun(object, 'created'), gone = over(object, 'deleted');
    if (shown(object, is, gone)) nodes.push(node(object, moment, seen, gone));
  }
  const lanes = [];
  for (const process of data.processes) {
    const object = objects.get(process.no);
    if (process.from > moment || !begun(object, 'created') || (object.to !== null && object.to < moment)) continue;
    const ended = process.ended && (process.ended[0] < moment || (process.ended[0] === moment && (whole || seen.ended.has(process.no))));
    lanes.push({ process, ended, fresh: process.from === moment && moment > 0, rows: tables.get(process.no) || [] });
  }
  return { moment, whole, lanes, nodes };
}

function node(object, moment, seen, gone) {
  const before = latest(object.states, moment - 1);
  let state = latest(object.states, gone || seen ? moment - 1 : moment);
  if (seen) {
    const { handles, pointers, state: text, named } = seen.counts.get(object.no) || {};
    const [, oldHandles, oldPointers, oldText, oldNamed, references] = state || [0, 0, 0, '', 0, []];
    state = [moment, handles ?? oldHandles, pointers ?? oldPointers, text ?? oldText, Number(named ?? oldNamed), references];
  }
  if (gone && state) state = [moment, 0, 0, state[3], state[4], []];
  const fresh = object.from === moment && moment > 0;
  const different = before && state && [1, 2, 3, 4].some((at) => before[at] !== state[at]);
  const changed = different || (before && state && String(before[5].map(key)) !== String(state[5].map(key)));
  return { object, state, before, mark: gone ? 'gone' : fresh ? 'new' : changed ? 'changed' : '' };
}

const key = ({ kind, by }) => kind + by;
const textOf = (place) => typeof place === 'number' ? data.texts[place] : place;

// How is a moment, a step and each thing inside a step told in words?
const called = (no) => objects.has(no) ? objects.get(no).called : 'object #' + no;
const actor = (no) => called(no).replace(/^(Process|Thread) #\d+ /, '');
const many = (number, thing) => number + ' ' + thing + (number === 1 ? '' : 's');

function place(moment) {
  const step = data.steps[moment];
  return step.kind === 'start' ? 'the start' : step.kind === 'end' ? 'the end of the file' : 'line ' + step.line;
}

// `use-after-close, meant`
const misuseCalled = ([kind, , , meant]) => kind + (meant ? ', meant' : '');

// In its own table a variable needs no process in front.
function held(names, handle) {
  const own = actor(handle.process) + '.';
  return (names.get(handle.id) || []).map((name) => name.startsWith(own) ? name.slice(own.length) : name);
}

// How it all came out: what did not hold, and what is still open.
function outcome() {
  const missed = data.steps.reduce((sum, step) => sum + (step.missed || []).length, 0);
  const left = data.processes.map(({ no, name }) => [handles.filter((handle) => handle.process === no && isOpen(handle, last)).length, name])
    .filter(([count]) => count).map(([count, name]) => many(count, 'handle') + ' of ' + name);
  return (missed === 0 ? 'Every expectation holds. ' : missed === 1 ? 'One expectation does not hold. ' : missed + ' expectations do not hold. ')
    + (left.length ? 'Still open: ' + left.join(', ') + '.' : 'No handle is left open.');
}

function sentence(moment) {
  const step = data.steps[moment];
  if (step.kind === 'start') return 'Before the first line.';
  const parts = [step.kind === 'end' ? 'The file is over. ' + outcome() : 'Line ' + step.line + ': ' + step.text + '.'];
  if (step.answer) parts.push('It answers: ' + step.answer + '.');
  else if (step.kind === 'check' && !step.missed) parts.push('It holds.');
  for (const missed of step.missed || []) parts.push('This does not hold: ' + missed + '.');
  for (const misuse of step.misuses || []) parts.push('Misuse, ' + misuseCalled(misuse) + ': ' + misuse[1]);
  for (const returned of step.returned || []) parts.push(returned + '.');
  for (const change of step.changes || []) parts.push(change.replace(/^. /, '') + '.');
  return parts.join(' ');
}

// One thing inside a step: its sign, a sentence, and the row or object that it is about.
function inside(moment, at) {
  const [kind, id, number] = innerOf(moment)[at];
  const count = (what, counted) => {
    const before = happened(moment, at).counts.get(id)?.[what]
      ?? latest(objects.get(id)?.states || [], moment - 1)?.[what === 'handles' ? 1 : 2] ?? 0;
    return { sign: number > before ? '↑' : '↓', text: counted + ' of ' + called(id) + ': ' + before + ' → ' + number, object: id };
  };
  const row = (id) => handles[id];
  switch (kind) {
    case 'entry+': return { sign: '+', text: 'entry ' + row(id).value + ' is put into ' + actor(row(id).process) + '’s table: ' + row(id).by + ', for ' + called(row(id).object), handle: id };
    case 'entry-': return { sign: '−', text: 'entry ' + row(id).value + ' is removed from ' + actor(row(id).process) + '’s table: ' + row(id).closed, handle: id };
    case 'handles': return count('handles', 'handle count');
    case 'pointers': return count('pointers', 'pointer count');
    case 'object+': return { sign: '+', text: called(id) + ' is created', object: id };
    case 'object-': return { sign: '✕', text: called(id) + ' is deleted: nothing refers to it any more', object: id };
    case 'name+': return { sign: '+', text: 'the name "' + number + '" is entered in the directory', object: id };
    case 'name-': return { sign: '−', text: 'the name "' + number + '" goes from the directory: that was the last handle', object: id };
    case 'state': return { sign: '~', text: called(id) + ' is now: ' + textOf(number), object: id };
    default: return { sign: number[0], text: number.slice(2), object: id };
  }
}

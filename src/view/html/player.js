// How does the reader move through the run?
const LONG = 500;
const PIECE = 100;
// What has room on a sheet of either usual size, in pixels, and how small a picture may become.
const SHEET = 920;
const SMALLEST = 0.6;
const MISUSED = '\u26a0\ufe0e';
let now = 0;
// How many things inside the step have happened; null shows the step as a whole.
let done = null;
let chosen = null;

// --- the source ---------------------------------------------------------
const list = $('source');
const steps = new Map();
data.steps.forEach((step, moment) => {
  if ((step.kind === 'step' || step.kind === 'check') && !steps.has(step.line)) steps.set(step.line, moment);
});
const lines = data.source.map((text, index) => {
  const line = make('li');
  const code = make('span', '', text.replace(/ {3,}=>/, '  =>') || ' ');
  line.append(make('span'), make('span', '', index + 1), code);
  const start = text.trimStart();
  if (start.startsWith('///')) line.className = 'story';
  else if (/^(\/\/|misuse )/.test(start)) line.className = 'comment';
  if (steps.has(index + 1)) {
    line.classList.add('step');
    const arrow = code.textContent.lastIndexOf('=>');
    // An expected answer goes to the next row as a whole.
    if (arrow > 0) code.replaceChildren(code.textContent.slice(0, arrow), make('span', 'expected', code.textContent.slice(arrow)));
    const misuses = data.steps[steps.get(index + 1)].misuses;
    if (misuses) {
      line.classList.add('misused');
      line.firstChild.textContent = MISUSED;
      line.firstChild.title = misuses.map(misuseCalled).join('; ');
    }
    line.dataset.step = steps.get(index + 1);
  }
  return line;
});
// In pieces, so that a browser lays out only those of a long file that are in sight.
if (lines.length > LONG) list.classList.add('long');
for (let from = 0; from < lines.length; from += PIECE) {
  const piece = make('ol');
  piece.append(...lines.slice(from, from + PIECE));
  piece.style.containIntrinsicHeight = 'auto ' + 1.5 * Math.min(PIECE, lines.length - from) + 'em';
  list.append(piece);
}

// Scrolls a box as little as it takes to see something in it below `covered` pixels, and nothing else.
function bring(box, thing, covered) {
  const outer = box.getBoundingClientRect(), inner = thing.getBoundingClientRect();
  const above = outer.top + covered - inner.top, below = inner.bottom - outer.bottom;
  if (above > 0) box.scrollTop -= above;
  else if (below > 0) box.scrollTop += below;
}

let marked = null;
function markLine(step) {
  if (marked) {
    marked.classList.remove('now');
    marked.removeAttribute('aria-current');
    marked.firstChild.textContent = marked.classList.contains('misused') ? MISUSED : '';
  }
  marked = step.kind === 'start' || step.kind === 'end' ? null : lines[step.line - 1];
  if (!marked) return;
  marked.classList.add('now');
  marked.setAttribute('aria-current', 'step');
  marked.firstChild.textContent = '▶';
  bring(list, marked, 0);
  // In a long file the pieces on the way get their true height only when they are laid out.
  if (lines.length > LONG) requestAnimationFrame(() => marked && bring(list, marked, 0));
}

// --- the step -----------------------------------------------------------
function showStep(step) {
  $('told').textContent = step.kind === 'start' ? 'Forward, or the right arrow key, takes the first step. Every step is a line of the file; choosing a line leads to it.'
    : step.kind === 'end' ? outcome() : step.told || '';
  const call = $('call');
  call.textContent = step.kind === 'start' ? 'Before the first line' : step.kind === 'end' ? 'The file is over' : step.text;
  const bad = step.marks & 8;
  const answer = step.answer ? (bad ? '✗ ' : '→ ') + step.answer
    : step.kind === 'check' ? (bad ? '✗ it does not hold' : '✓ it holds') : '';
  if (answer) call.append(' ', make('span', 'answer' + (bad ? ' failed' : ''), answer));
  $('missed').replaceChildren(...(step.missed || []).map((text) => make('li', '', text)));
  $('returned').replaceChildren(...(step.returned || []).map((text) => make('li', '', '\u21a9\ufe0e ' + text)));
  $('misuses').replaceChildren(...(step.misuses || []).map((misuse) => {
    const item = make('li');
    item.append(make('b', 'badge', MISUSED + ' ' + misuseCalled(misuse)), ' ' + misuse[1] + ' ', make('small', '', data.texts[misuse[2]]));
    return item;
  }));
}

function showInside() {
  const inner = innerOf(now);
  $('inside').hidden = !inner.length;
  $('inside').querySelector('summary span').textContent = inner.length === 1 ? '1 thing happens inside'
    : inner.length + ' things happen inside, one after the other';
  if (!$('inside').open) return;
  $('inside').querySelector('ol').replaceChildren(...inner.map((_, at) => {
    const { sign, text } = inside(now, at);
    const item = make('li', done === null ? '' : at < done - 1 ? 'past' : at === done - 1 ? 'now' : 'ahead');
    if (at === done - 1) item.setAttribute('aria-current', 'step');
    item.append(make('b', '', sign), ' ', make('span', '', text));
    item.addEventListener('click', () => goInside(at + 1));
    return item;
  }));
}

// --- moving -------------------------------------------------------------
function show() {
  const focused = document.activeElement && document.activeElement.dataset.object;
  showStep(data.steps[now]);
  showInside();
  showWhy(chosen, now);
  const seen = scene(now, done);
  showPicture(seen, holders(seen.whole ? now : now - 1), chosen, done ? inside(now, done - 1) : null);
  // What changed must be in sight, even below a long table.
  const news = $('picture').querySelector('.spot') || $('picture').querySelector('.row.new, .row.gone, .row.changed');
  const sticky = getComputedStyle($('now')).position === 'sticky';
  if (news) bring($('stage'), news, sticky ? $('now').offsetHeight : 0);
  showArrows(chosen);
  const again = focused && $('picture').querySelector('.object[data-object="' + Number(focused) + '"]');
  if (again) again.focus({ preventScroll: true });
}

function next(mark, way) {
  for (let moment = now + way; moment >= 0 && moment <= last; moment += way) if (data.steps[moment].marks & mark) return moment;
  return null;
}

function go(moment) {
  now = Math.max(0, Math.min(last, moment));
  done = null;
  $('slider').value = now;
  $('slider').setAttribute('aria-valuetext', 'step ' + now + ' of ' + last + ', ' + place(now));
  $('where').textContent = 'step ' + now + ' of ' + last;
  // Nothing that can be chosen is taken away under the reader's fingers: a button that leads nowhere stays where it is.
  const leads = { first: now > 0, back: now > 0, forward: now < last, last: now < last, death: next(1, 1) !== null, failure: next(2, 1) !== null, misuse: next(4, 1) !== null };
  for (const [id, is] of Object.entries(leads)) $(id).setAttribute('aria-disabled', !is);
  markLine(data.steps[now]);
  show();
  $('said').textContent = sentence(now);
}

function unfold(open) {
  $('inside').open = open;
  if (!open) done = null;
  show();
}

function goInside(count) {
  const inner = innerOf(now);
  if (!inner.length) return;
  done = Math.max(0, Math.min(inner.length, count));
  $('inside').open = true;
  show();
  const at = $('inside').querySelector('li.now');
  if (at) at.scrollIntoView({ block: 'nearest' });
  $('said').textContent = done ? done + ' of ' + inner.length + ': ' + inside(now, done - 1).text : 'Before anything happens inside.';
}

function choose(no) {
  chosen = chosen === no ? null : no;
  show();
  if (chosen === null) return;
  $('why-title').focus({ preventScroll: true });
  $('why').scrollIntoView({ block: 'nearest' });
}

function leaveWhy() {
  if (chosen === null) return;
  const left = chosen;
  choose(chosen);
  const card = $('picture').querySelector('.object[data-object="' + left + '"]');
  if (card) card.focus();
}

const jump = (mark, way) => { const moment = next(mark, way); if (moment !== null) go(moment); };
const keys = {
  ArrowRight: () => go(now + 1), ArrowLeft: () => go(now - 1), Home: () => go(0), End: () => go(last),
  d: () => jump(1, 1), f: () => jump(2, 1), m: () => jump(4, 1),
  D: () => jump(1, -1), F: () => jump(2, -1), M: () => jump(4, -1),
  i: () => unfold(!$('inside').open),
  '.': () => goInside((done ?? 0) + 1), ',': () => goInside((done ?? innerOf(now).length) - 1),
  Escape: leaveWhy,
};
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
$('slider').max = last;
$('slider').addEventListener('input', (event) => go(Number(event.target.value)));
const buttons = { first: 'Home', back: 'ArrowLeft', forward: 'ArrowRight', last: 'End', death: 'd', failure: 'f', misuse: 'm', 'why-close': 'Escape', deeper: '.', shallower: ',' };
for (const [id, key] of Object.entries(buttons)) $(id).addEventListener('click', keys[key]);
$('objects').addEventListener('click', (event) => {
  const card = event.target.closest('.object');
  if (card) choose(Number(card.dataset.object));
});
list.addEventListener('click', (event) => {
  const line = event.target.closest('.step');
  if (line) go(Number(line.dataset.step));
});
$('inside').addEventListener('toggle', () => unfold($('inside').open));
window.addEventListener('resize', () => {
  // A sheet has its own size, and its arrows are drawn.
  if (document.body.classList.contains('paper')) return;
  if (marked) bring(list, marked, 0);
  showArrows(chosen);
});
for (const event of ['mouseover', 'focusin']) $('picture').addEventListener(event, ({ target }) => stressArrows(target));
for (const event of ['mouseleave', 'focusout']) $('picture').addEventListener(event, () => stressArrows(null));
// A sheet is laid out only when no script can look at it. So the picture gets the width of paper before, is made small enough to
// stand below the step, or else on a sheet of its own, and then its arrows are drawn.
window.addEventListener('beforeprint', () => {
  $('printed').replaceChildren(...data.steps.slice(1).map((_, index) => make('li', '', sentence(index + 1))));
  document.body.classList.add('paper');
  $('picture').style.zoom = '';
  const height = $('picture').offsetHeight;
  const below = (SHEET - document.querySelector('header').offsetHeight - $('now').offsetHeight) / height;
  const alone = SHEET / height;
  $('picture').style.zoom = Math.min(1, below >= SMALLEST ? below : Math.max(alone, SMALLEST));
  stressArrows(null);
  showArrows(chosen);
  // Arrows do not cross from sheet to sheet; the rows name their objects.
  $('arrows').style.display = alone < SMALLEST ? 'none' : '';
});
window.addEventListener('afterprint', () => {
  $('printed').replaceChildren();
  document.body.classList.remove('paper');
  $('picture').style.zoom = $('arrows').style.display = '';
  showArrows(chosen);
});
// Most runs have none; what leads nowhere in the whole run is not there.
$('misuse').hidden = !data.steps.some((step) => step.misuses);
$('title').textContent = data.title;
$('file').textContent = data.file;
// `#12` shows step 12, `#12.3` the first three things inside it, `#12,4` object 4 as well.
const [, wanted, count, object] = /^#(\d+)(?:\.(\d+))?(?:,(\d+))?$/.exec(location.hash) || [0, 0];
if (object) chosen = Number(object);
if (last >= 0) go(Number(wanted));
if (count) goInside(Number(count));

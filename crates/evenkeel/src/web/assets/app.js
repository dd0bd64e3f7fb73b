// What makes the pages quicker to use. Everything also works without it: forms post, links lead
// somewhere, pictures have their tables. Nothing here decides; nothing is loaded from elsewhere.
'use strict';

const all = (what, from = document) => [...from.querySelectorAll(what)];

// Live regions: when the journal grows, the same page is fetched again and only the regions that
// changed are put in place. Quiet while hidden, while somebody types or reads inside a region.
const GAP_MS = 1500;
const was = new Map();
let due = null;
let last = 0;

function busy(region) {
  const used = region.querySelector('details[open], th[aria-sort]');
  return used || region.contains(document.activeElement);
}

async function refresh() {
  due = null;
  if (document.hidden || document.querySelector('dialog[open]')) return later();
  last = Date.now();
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const region of all('[data-live]')) {
    const next = fresh.getElementById(region.id);
    if (!next || busy(region) || next.innerHTML === was.get(region.id)) continue;
    const known = new Set(all('[data-key]', region).map((one) => one.dataset.key));
    was.set(region.id, next.innerHTML);
    region.replaceChildren(...document.importNode(next, true).childNodes);
    all('[data-key]', region)
      .filter((one) => !known.has(one.dataset.key))
      .forEach((one) => one.classList.add('fresh'));
    enhance(region);
  }
}

function later() {
  if (due === null) due = setTimeout(refresh, Math.max(0, last + GAP_MS - Date.now()));
}

function listen() {
  if (!document.querySelector('[data-live]')) return;
  const source = new EventSource('/live');
  const shown = (on) => all('.pulse').forEach((dot) => dot.classList.toggle('on', on));
  source.addEventListener('open', () => shown(true));
  source.addEventListener('error', () => shown(false));
  source.addEventListener('head', () => { shown(true); later(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) later(); });
  addEventListener('pagehide', () => source.close());
}

// "3 min ago" stays true without asking the server.
function ago(seconds) {
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}

function tell() {
  for (const time of all('time[data-ago]')) {
    const words = ago((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== words) time.textContent = words;
  }
}

// Tables: a column sorts when its head is pressed; numbers by data-v, everything else as text.
function sortable(table) {
  all('thead th:not(.plot)', table).forEach((head, column) => {
    if (!head.textContent.trim() || head.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => sort(table, head));
  });
}

function sort(table, head) {
  const at = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute('aria-sort') !== 'descending';
  all('thead th', table).forEach((one) => one.removeAttribute('aria-sort'));
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const value = (row) => {
    const cell = row.children[at];
    return cell?.dataset.v === undefined ? cell?.textContent.trim() ?? '' : Number(cell.dataset.v);
  };
  const order = (a, b) => (typeof a === 'number' && typeof b === 'number')
    ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) => (down ? -1 : 1) * order(value(a), value(b)));
  body.append(...rows);
}

// Marks in pictures say what they are when pointed at or reached by keyboard.
let tip = null;

function untip() {
  tip?.remove();
  tip = null;
}

function showTip(mark) {
  untip();
  tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'tooltip');
  tip.textContent = mark.dataset.tip;
  document.body.append(tip);
  const at = mark.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = at.left + at.width / 2 - own.width / 2;
  tip.style.left = `${Math.max(8, Math.min(left, innerWidth - own.width - 8))}px`;
  tip.style.top = `${at.top > own.height + 16 ? at.top - own.height - 8 : at.bottom + 8}px`;
}

for (const [show, hide] of [['pointerover', 'pointerout'], ['focusin', 'focusout']]) {
  document.addEventListener(show, (event) => {
    const mark = event.target.closest?.('[data-tip]');
    if (mark) showTip(mark);
  });
  document.addEventListener(hide, untip);
}

// A file put into the field beside it, so that it is seen before it is sent.
function choosing(input) {
  input.closest('label').hidden = false;
  input.addEventListener('change', async () => {
    const field = input.form.elements[input.dataset.into];
    if (input.files[0]) field.value = await input.files[0].text();
  });
}

// Copy buttons appear only where copying works.
function copying(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const words = button.textContent;
    const writing = navigator.clipboard.writeText(button.dataset.copy);
    const done = await writing.then(() => true, () => false);
    button.textContent = done ? 'Copied' : 'Not copied';
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}

// A grave step is asked once more before it is sent.
function confirmed(form) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sure === 'yes' || event.submitter?.name === 'preview') return;
    event.preventDefault();
    const sender = event.submitter;
    const dialog = document.createElement('dialog');
    const title = document.createElement('h2');
    const words = document.createElement('p');
    const acts = document.createElement('div');
    const [no, yes] = ['Go back', sender?.textContent ?? 'Go on'].map((label) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      return button;
    });
    title.textContent = 'Are you sure?';
    title.id = 'sure';
    words.textContent = form.dataset.confirm;
    words.className = 'note';
    yes.className = 'main';
    acts.className = 'acts';
    acts.append(no, yes);
    dialog.setAttribute('aria-labelledby', 'sure');
    dialog.append(title, words, acts);
    no.addEventListener('click', () => dialog.close());
    yes.addEventListener('click', () => {
      form.dataset.sure = 'yes';
      dialog.close();
      form.requestSubmit(sender);
    });
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
}

function enhance(root) {
  all('table[data-sort]', root).forEach(sortable);
  all('button[data-copy]', root).forEach(copying);
  all('input[data-into]', root).forEach(choosing);
  all('form[data-confirm]', root).forEach(confirmed);
  tell();
}

// "/" and ⌘K or Ctrl+K lead to the search; Escape closes what is open.
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  const k = event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey);
  if (k || (event.key === '/' && !typing)) {
    const find = document.querySelector('#find');
    if (find) { event.preventDefault(); find.focus(); find.select(); }
  }
  if (event.key === 'Escape') {
    untip();
    all('.who[open]').forEach((menu) => menu.removeAttribute('open'));
  }
});

// One press, one order: a form that is on its way is not sent again.
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent === 'yes') { event.preventDefault(); return; }
  if (event.target.method === 'post') event.target.dataset.sent = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
});
addEventListener('pageshow', () => all('form[data-sent]').forEach((form) => {
  delete form.dataset.sent;
  all('[aria-busy]', form).forEach((button) => button.removeAttribute('aria-busy'));
}));

all('[data-live]').forEach((region) => was.set(region.id, region.innerHTML));
enhance(document);
setInterval(tell, 20000);
listen();

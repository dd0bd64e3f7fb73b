// Walks the pages of a running server in a real browser, as people do: wide and narrow, light and
// dark, with the keyboard, with and without the script. Everything that is wrong is collected and
// printed; the exit code says whether anything was. Driven by tests/it/browser.rs.

import { check, finish, open, session, step, watched } from './browser.mjs';
import { everyWay } from './ways.mjs';

const { EVENKEEL_BASE: base, EVENKEEL_ADMIN: adminLink, EVENKEEL_REP: repLink } = process.env;
const { EVENKEEL_FRESH: fresh, EVENKEEL_TOKEN: token } = process.env;

const SIZES = [[1280, 800], [375, 812]];
const SCHEMES = ['light', 'dark'];

const browser = await open();
let founder;

// A store that is new: the token makes the first admin, and the first page says what to do next.
await step('first run', async () => {
  const { page, context, close } = await watched(browser, { base: fresh });
  await page.goto(`${fresh}/`);
  check('a new store leads to the first run', page.url().includes('/first-run'), page.url());
  await page.fill('[name=token]', token);
  await page.fill('[name=name]', 'Marta');
  await page.fill('[name=password]', 'a long passphrase');
  await page.click('button[type=submit]');
  await page.waitForSelector('text=Welcome aboard');
  await page.audit('the first page of a new store');
  await page.click('.needs a[href="/policy/edit"]');
  await page.audit('the first policy');
  await page.click('button:has-text("Publish")');
  await page.waitForSelector('text=The new version is in force');
  await page.goto(`${fresh}/add-rep`);
  await page.fill('main [name=key]', 'ana');
  await page.fill('main [name=name]', 'Ana Example');
  await page.locator('label', { hasText: 'role' }).locator('input').fill('AE');
  await page.click('button:has-text("Add")');
  await page.waitForSelector('h1:has-text("Ana Example")');
  await page.goto(`${fresh}/`);
  await page.waitForSelector('text=Nothing needs you');
  await page.audit('an empty day');
  founder = await context.storageState();
  await close();
});

// The same store with every way to deal, page by page.
await step('every way to deal', async () => {
  const first = await watched(browser, { base: fresh, state: founder });
  await first.page.goto(`${fresh}/territories`);
  await first.page.audit('no territories yet');
  const paths = await everyWay(first.page);
  await first.close();
  for (const scheme of SCHEMES) {
    await Promise.all(SIZES.map(async ([width, height]) => {
      const options = { base: fresh, state: founder, width, height, scheme };
      const { page, close } = await watched(browser, options);
      for (const path of paths) {
        const answer = await page.goto(fresh + path);
        check(`${path} opens`, answer.status() === 200, answer.status());
        await page.audit(`${path} at ${width}, ${scheme}`);
      }
      await close();
    }));
  }
});

// What a manager does there; what is refused keeps what was typed.
await step('ways to deal, by hand', async () => {
  const { page, close } = await watched(browser, { base: fresh, state: founder });
  const done = (words) => page.waitForSelector(`[role=status]:has-text("${words}")`);
  const grave = async (button) => {
    await page.click(`main button:has-text("${button}")`);
    await page.click('dialog button.main');
  };
  await page.goto(`${fresh}/records/SDR-0`);
  await page.fill('[name=into]', 'SDR-99');
  await grave('Merge');
  await page.waitForSelector('[role=alert]:has-text("SDR-99")');
  const kept = await page.inputValue('[name=into]');
  check('a refused merge keeps its key', kept === 'SDR-99', kept);
  await page.audit('a refused merge');
  await page.fill('[name=into]', 'SDR-2');
  await grave('Merge');
  await done('closed and points');

  await page.goto(`${fresh}/records/SDR-5`);
  await page.click('main button:has-text("Hand on")');
  await done('next step');
  await page.selectOption('select[name=reason]', 'bad_data');
  await grave('Give the turn back');
  await done('The turn is given back');

  await page.goto(`${fresh}/reps/dina`);
  await page.evaluate(() => { document.forms[document.forms.length - 1].noValidate = true; });
  await page.fill('[name=reason]', 'Sabbatical');
  await page.fill('[name=review]', '2020-01-01');
  await page.click('button:has-text("Take out of rotation")');
  await page.waitForSelector('[role=alert]:has-text("review date")');
  const why = await page.inputValue('[name=reason]');
  check('a refused pause keeps its reason', why === 'Sabbatical', why);
  await page.fill('[name=review]', soon());
  await page.click('form[action$="/pause"] button:has-text("Preview")');
  await page.waitForSelector('h1:has-text("Out of rotation: Dina Petrova")');
  await page.audit('a preview');
  await page.click('button:has-text("Save")');
  await done('Out of rotation');

  await page.goto(`${fresh}/territories`);
  await page.click('a:has-text("Begin with the one in force")');
  const text = await page.inputValue('[name=csv]');
  check('the form begins with the table', text.includes('US,OR,North'), text);
  await page.fill('[name=csv]', `${text}\nES,,South\n`);
  await page.click('button:has-text("See what changes")');
  await page.waitForSelector('text=no territory "South"');
  await page.audit('a table with an error');
  await page.fill('[name=csv]', `${text}\nES,,Europe\n`);
  await page.click('button:has-text("Look again")');
  await page.waitForSelector('text=can be saved');
  await page.audit('a table with what it changes');
  await page.click('button:has-text("Save")');
  await done('The new table counts');
  await grave('Turn off');
  await done('The switch counts');
  await close();
});

// A date a month ahead, as a date field takes it.
function soon() {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
}

const admin = await session(browser, base, adminLink);
const rep = await session(browser, base, repLink);
const known = await discover();

async function discover() {
  const { page, close } = await watched(browser, { base, state: admin });
  const first = async (path, pattern) => {
    await page.goto(base + path);
    const anchors = page.locator('main a');
    const links = await anchors.evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    const found = links.find((link) => pattern.test(link));
    check(`${path} has a link ${pattern}`, found !== undefined);
    return found;
  };
  const found = {
    record: await first('/records', /^\/records\/.+/),
    waiting: await first('/waiting', /^\/records\/.+/),
    queue: await first('/waiting', /^\/queues\/.+/),
    pool: await first('/pools', /^\/pools\/.+/),
    rep: await first('/reps', /^\/reps\/.+/),
    version: await first('/policy', /^\/policy\/versions\/1$/),
  };
  await close();
  return found;
}

const pages = [
  '/', '/waiting', '/recycling', '/recycling/advice', '/records',
  '/records?key=nothing-like-this', '/pools', '/reps', '/add-rep', '/queues', '/add-queue',
  '/books', '/checkin', '/plan', '/capacity', '/sizing', '/sizing?quota=250000&won=6&of=100',
  '/hire', '/approach',
  '/scorecard', '/scorecard?leads=all', '/steadiness', '/steadiness?target=3', '/volume',
  '/validation', '/validation?by=rep',
  '/audit', '/backtest', '/experiments', '/imports',
  '/policy', '/policy/edit', '/policy/try', `${known.rep}/edit`, ...Object.values(known),
];

// Every page at every width and in both schemes, two walks at a time.
async function everyPage(width, height, scheme) {
  await step(`every page at ${width}, ${scheme}`, async () => {
    const { page, close } = await watched(browser, { base, state: admin, width, height, scheme });
    for (const path of pages) {
      const answer = await page.goto(base + path);
      check(`${path} opens`, answer.status() === 200, answer.status());
      await page.audit(`${path} at ${width}, ${scheme}`);
    }
    const missing = await page.goto(`${base}/records/no-such-record`);
    check('a missing record is a 404', missing.status() === 404, missing.status());
    await page.audit(`a missing record at ${width}, ${scheme}`);
    await close();
    const own = await watched(browser, { base, state: rep, width, height, scheme });
    for (const path of ['/', '/records', known.pool, '/queues', known.queue, '/books', '/checkin']) {
      const answer = await own.page.goto(base + path);
      check(`${path} opens for a rep`, answer.status() === 200, answer.status());
      await own.page.audit(`${path} for a rep at ${width}, ${scheme}`);
    }
    const refused = await own.page.goto(`${base}/policy`);
    check('a rep may not see the policy', refused.status() === 403, refused.status());
    await own.page.audit(`a refusal at ${width}, ${scheme}`);
    await own.close();
    const nobody = await watched(browser, { base, width, height, scheme });
    await nobody.page.goto(`${base}/sign-in`);
    await nobody.page.audit(`sign-in at ${width}, ${scheme}`);
    await nobody.close();
  });
}

for (const scheme of SCHEMES) {
  await Promise.all(SIZES.map(([width, height]) => everyPage(width, height, scheme)));
}

// The keyboard alone: everything can be reached, and one sees where one is.
await step('keyboard', async () => {
  const { page, close } = await watched(browser, { base, state: admin });
  await page.goto(base + known.record);
  const reached = [];
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const style = getComputedStyle(one);
      const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      const name = one.getAttribute('href') ?? one.getAttribute('name') ?? one.textContent.trim();
      return { name, tag: one.tagName, seen };
    });
    if (at === null) break;
    check(`${at.tag} ${at.name} shows the focus`, at.seen);
    reached.push(at.name);
  }
  check('the first stop skips to the page', reached[0] === '#main', reached[0]);
  const wanted = ['/records', '/pools', '/reps', '/policy', 'key', 'rep', 'note', 'reason',
    'Assign by hand', 'Let the policy reassign it', 'Close'];
  for (const name of wanted) check(`the keyboard reaches ${name}`, reached.includes(name));
  for (const keys of ['/', 'Control+k', 'Meta+k']) {
    await page.locator('main').focus();
    await page.keyboard.press(keys);
    const id = await page.evaluate(() => document.activeElement?.id);
    check(`${keys} leads to the search`, id === 'find', id);
    await page.locator('#find').blur();
  }
  await page.fill('#find', decodeURIComponent(known.waiting.split('/').pop()));
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${known.waiting}`);
  await close();
});

// The main forms, as a manager works them.
await step('forms', async () => {
  const { page, close } = await watched(browser, { base, state: admin });
  const done = (words) => page.waitForSelector(`[role=status]:has-text("${words}")`);
  await page.goto(base + known.record);
  await page.selectOption('[name=rep]', { index: 1 });
  await page.fill('[name=note]', 'Asked for by name');
  await page.click('button:has-text("Assign by hand")');
  await done('new owner');
  await page.waitForSelector('text=Asked for by name');

  await page.click('button:has-text("Let the policy reassign it")');
  await page.waitForSelector('dialog[open]');
  await page.audit('a question before a grave step');
  await page.click('dialog button:has-text("Go back")');
  check('going back asks nothing of the server', page.url().includes('done=assigned'), page.url());
  await page.click('button:has-text("Let the policy reassign it")');
  await page.click('dialog button.main');
  await done('dealt the record again');

  await page.fill('[name=reason]', 'won');
  await page.click('main button:has-text("Close")');
  await page.click('dialog button.main');
  await done('The record is closed');

  await page.goto(base + known.rep);
  await page.fill('[name=from]', '2031-03-03');
  await page.fill('[name=until]', '2031-03-07');
  await page.click('button:has-text("Add leave")');
  await done('in the calendar');
  const soon = new Date(Date.now() + 14 * 24 * 3_600_000).toISOString().slice(0, 10);
  await page.fill('[name=review]', soon);
  await page.click('button:has-text("Take out of rotation")');
  await done('Out of rotation');
  await page.audit('a paused rep');
  await page.click('button.main:has-text("Back in rotation")');
  await done('Back in rotation');

  await page.goto(`${base}/policy/try`);
  await page.locator('label', { hasText: 'country' }).locator('input').fill('PT');
  await page.locator('label', { hasText: 'employees' }).locator('input').fill('120');
  await page.click('button:has-text("Try it")');
  await page.waitForSelector('text=If it came in now');
  check('every clause has its answer', await page.locator('.clause').count() > 0);
  await page.audit('a tried record');

  await page.goto(`${base}/policy/edit`);
  const text = await page.inputValue('[name=text]');
  await page.fill('[name=text]', text.replace('record.employees', 'record.employes'));
  await page.click('button:has-text("Check")');
  await page.waitForSelector('.problem.error');
  await page.audit('a policy with an error');
  await page.fill('[name=text]', `${text}\n# Published by the browser test.\n`);
  await page.click('button:has-text("Publish")');
  await done('The new version is in force');
  await close();
});

// A plan of the books, from the first to taking it back; and a question about a hire.
await step('plan', async () => {
  const { page, close } = await watched(browser, { base, state: admin });
  const done = (words) => page.waitForSelector(`[role=status]:has-text("${words}")`);
  await page.goto(`${base}/plan`);
  await page.click('button:has-text("Make a plan")');
  await page.waitForSelector('h1:has-text("Plan 1")', { timeout: 60000 });
  await page.audit('a plan');
  const books = await page.locator('table.drawn circle.turn').count();
  check('every book is drawn', books >= 20, books);
  await page.click('button:has-text("Approve")');
  await done('The plan is approved');
  await page.click('button:has-text("Carry it out")');
  await page.click('dialog button.main');
  await done('with its new owner');
  await page.audit('a plan that is carried out');
  await page.click('button:has-text("Take it back")');
  await page.click('dialog button.main');
  await done('back with its former owner');
  await page.audit('a plan that is taken back');
  await page.goto(`${base}/plan`);
  await page.click('button:has-text("Make a plan")');
  await page.waitForSelector('h1:has-text("Plan 2")', { timeout: 60000 });
  await page.click('a:has-text("Plan 1")');
  await page.waitForSelector('h2:has-text("Beside plan 1")');
  await page.audit('two plans side by side');

  await page.goto(`${base}/books`);
  await page.click('table.drawn tbody th a >> nth=0');
  await page.waitForSelector('h1:has-text("Check-in")');
  await page.audit('a check-in');
  await page.goto(`${base}/hire`);
  await page.fill('[name=leads]', '160');
  await page.click('button:has-text("Reckon")');
  await page.waitForSelector('dt:has-text("Wins more")', { timeout: 60000 });
  await page.audit('a hire');
  await close();
});

// Live pages: what comes in is there without loading the page again, and tables sort.
await step('live', async () => {
  const { page, close } = await watched(browser, { base, state: admin });
  await page.goto(`${base}/`);
  await page.waitForSelector('.pulse.on');
  const status = await page.evaluate(async () => {
    const body = JSON.stringify({ key: 'LIVE-1', fields: { country: 'PT', employees: 50 } });
    const csrf = document.querySelector('[name=csrf]').value;
    const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf };
    return (await fetch('/api/v1/records', { method: 'POST', headers, body })).status;
  });
  check('a record is taken in', status === 201, status);
  await page.waitForSelector('#feed a:has-text("LIVE-1")', { timeout: 15000 });
  check('what is new stands out', await page.locator('#feed .fresh').count() > 0);

  await page.goto(`${base}/reps`);
  const firsts = () => page.locator('tbody tr:first-child th').textContent();
  await page.click('thead button:has-text("Book")');
  const largest = await firsts();
  await page.click('thead button:has-text("Book")');
  check('a table sorts both ways', largest !== await firsts(), largest);

  await page.goto(base + known.pool);
  await page.hover('.turn >> nth=0');
  await page.waitForSelector('.tip:has-text("Turn 1")');
  await page.click('summary:has-text("Your session")', { force: true });
  await page.click('button:has-text("Sign out")');
  await page.waitForURL('**/sign-in');
  await close();
});

// Without the script: links lead on and forms post.
await step('no script', async () => {
  const { page, close } = await watched(browser, { base, state: rep, script: false });
  await page.goto(`${base}/`);
  await page.click('.rail a:has-text("Pools")');
  await page.click('main h2 a >> nth=0');
  check('a pool opens without the script', await page.locator('svg').count() > 3);
  await page.click('.who summary');
  await page.click('button:has-text("Sign out")');
  check('forms post without the script', page.url().endsWith('/sign-in'), page.url());
  await close();
});

await finish(browser);

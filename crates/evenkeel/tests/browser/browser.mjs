// A browser that is watched: whatever a page does that it should not is written down.
//
// Knows no page of ours. It never waits until the network is quiet, since live pages keep one
// connection open for good.

import axe from 'axe-core';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const PATIENCE_MS = 20000;

const wrong = [];
let checked = 0;

// Notes something that must hold.
export function check(what, holds, seen = '') {
  checked += 1;
  if (!holds) wrong.push(`${what}${seen === '' ? '' : `: ${seen}`}`);
}

// Runs one part of the walk; what it throws is one more thing that is wrong.
export async function step(name, part) {
  const [before, began] = [wrong.length, Date.now()];
  try {
    await part();
  } catch (error) {
    wrong.push(`${name}: ${error.message.split('\n').slice(0, 4).join(' | ')}`);
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${wrong.length === before ? 'ok' : 'WRONG'}  ${name}, ${seconds} s`);
}

// Starts the browser with a profile of its own.
export function open() {
  return chromium.launch({ executablePath: process.env.EVENKEEL_CHROMIUM, args: FLAGS });
}

// Signs in by a link that works once, and keeps the session.
export async function session(browser, base, link) {
  const { page, context, close } = await watched(browser, { base });
  await page.goto(link);
  await page.click('button[type=submit]');
  await page.waitForURL(`${base}/`);
  const state = await context.storageState();
  await close();
  return state;
}

// A page of which nothing goes unseen.
export async function watched(browser, options) {
  const { base, state, width = 1280, height = 800, scheme = 'light', script = true, now } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    storageState: state,
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  if (now !== undefined) await page.clock.setFixedTime(now);
  const where = () => new URL(page.url()).pathname;
  page.on('pageerror', (error) => {
    check(`no error in the script on ${where()}`, false, error.message);
  });
  page.on('console', (message) => {
    // The browser itself reports every answer of 400 and more; those are checked where due.
    const text = message.text();
    const own = !text.startsWith('Failed to load resource');
    if (message.type() === 'error' && own) check(`a quiet console on ${where()}`, false, text);
  });
  page.on('request', (request) => {
    const ours = request.url().startsWith(`${base}/`) || request.url().startsWith('data:');
    check('every request goes to the server', ours, request.url());
  });
  if (script) {
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
  page.audit = (name) => audit(page, name, width);
  return { page, context, close: () => context.close() };
}

// What must hold for every page, whatever it shows.
async function audit(page, name, width) {
  const seen = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    titles: document.querySelectorAll('h1').length,
    violations: window.violations ?? [],
    unnamed: [...document.querySelectorAll('svg[role=img]')].filter((svg) => {
      const id = svg.getAttribute('aria-labelledby');
      return !svg.getAttribute('aria-label') && !document.getElementById(id)?.textContent;
    }).length,
  }));
  check(`${name} is not wider than the screen`, seen.scroll <= width, seen.scroll);
  check(`${name} has one title`, seen.titles === 1, seen.titles);
  check(`${name} keeps to its content policy`, seen.violations.length === 0, seen.violations);
  check(`${name} has a name for every picture`, seen.unnamed === 0, seen.unnamed);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(({ id, help, nodes }) => {
      return { id, help, at: nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ') };
    });
  });
  for (const { id, help, at } of violations) {
    check(`${name} is accessible`, false, `${id} (${help}) at ${at}`);
  }
  check(`${name} was looked at by axe`, true);
}

// Says what was wrong, and ends.
export async function finish(browser) {
  await browser.close();
  wrong.forEach((one) => console.log(`WRONG  ${one}`));
  console.log(`${checked} checks, ${wrong.length} wrong`);
  process.exit(wrong.length === 0 ? 0 : 1);
}

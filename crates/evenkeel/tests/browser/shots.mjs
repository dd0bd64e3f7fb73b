// Takes the pictures of README and guide, at a moment that stands still, so that they change only
// when the pages do. Driven by tests/it/browser.rs with EVENKEEL_SCREENSHOTS=1.

import { check, finish, open, session, step, watched } from './browser.mjs';
import { everyWay } from './ways.mjs';

const { EVENKEEL_BASE: base, EVENKEEL_ADMIN: link, EVENKEEL_SHOTS: folder } = process.env;
const { EVENKEEL_WAYS: waysBase, EVENKEEL_WAYS_ADMIN: waysLink } = process.env;
const now = Number(process.env.EVENKEEL_NOW);

const browser = await open();
const state = await session(browser, base, link);

async function shot(name, path, options = {}) {
  await step(`the picture ${name}`, async () => {
    const { page, close } = await watched(browser, { base, state, now, ...options });
    const answer = await page.goto((options.base ?? base) + path);
    check(`${path} opens`, answer.status() === 200, answer.status());
    await page.evaluate(() => document.fonts.ready);
    if (options.before) await options.before(page);
    const what = options.part ? page.locator(options.part) : page;
    await what.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
    await close();
  });
}

const { page, close } = await watched(browser, { base, state, now });
await page.goto(`${base}/records`);
const leads = page.locator('tbody tr', { hasText: 'lead' });
const record = await leads.locator('th a').first().getAttribute('href');
await close();

const tall = { height: 1000 };
const phone = { width: 375, height: 812 };
await shot('today', '/', tall);
await shot('today-dark', '/', { ...tall, scheme: 'dark' });
await shot('today-phone', '/', phone);
await shot('record', record, tall);
await shot('pool', '/pools/Enterprise', tall);
await shot('reps', '/reps', tall);
await shot('books', '/books', tall);
await shot('policy', '/policy', tall);
await shot('try', '/policy/try', {
  ...tall,
  before: async (page) => {
    await page.locator('label', { hasText: 'country' }).locator('input').fill('US');
    await page.locator('label', { hasText: 'employees' }).locator('input').fill('240');
    await page.click('button:has-text("Try it")');
    await page.waitForSelector('text=If it came in now');
    await page.evaluate(() => scrollTo(0, 0));
  },
});

await shot('fairness', '/pools/Enterprise', { ...tall, part: '#fairness-live' });

// A second company, with territories.
const ways = { base: waysBase, state: await session(browser, waysBase, waysLink) };
await step('every way to deal', async () => {
  const { page, close } = await watched(browser, { ...ways, now });
  await page.goto(`${waysBase}/`);
  await everyWay(page);
  await close();
});
await shot('territories', '/territories', { ...tall, ...ways });

await finish(browser);

// A read model is built anew beside the one that answers, under load: what the page plans, shows and keeps of it.
import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { changeFrames } from '../support/frames.ts';
import { grown } from '../support/history.ts';
import { type Server } from '../support/server.ts';
import { placed, stocked } from '../support/shop.ts';
import { expect, noteLooks, open, test } from '../support/test.ts';

/** Changes the rows of a stopped server's order list behind its back. Node has no SQLite; Python does. */
function changeByHand(server: Server, sql: string): void {
  const views = join(server.folder, 'data', 'views');
  const file = readdirSync(views).find((name) => /^orders_v\d+\.db$/.test(name));
  if (!file) throw new Error(`no order list in ${views}`);
  const script = 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as rows: rows.execute(sys.argv[2])';
  const { status, stderr } = spawnSync('python3', ['-c', script, join(views, file), sql], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

const AT = '2026-10-01T09:30:00.000000Z';
const RIGHT = { at: AT, as_of: 12_391, rows: 57, whole: false, differences: [] };
const WRONG = { ...RIGHT, rows: 4_120, whole: true, differences: ['orders 17 differs in customer', 'orders 23 is missing'] };

const review = (page: Page) => page.getByRole('region', { name: /^Rebuild / });
const underWay = (page: Page) => page.getByRole('region', { name: 'Rebuild', exact: true });
const operation = (page: Page) => page.getByRole('region', { name: 'Table of operations' }).getByRole('row').nth(1);
const deeds = (page: Page) => page.getByRole('region', { name: 'Table of what operators did' });
const proof = (page: Page) => page.getByRole('region', { name: 'Compared with the log' });

/** Opens the review, gives a reason and says yes. */
async function rebuilt(page: Page, reason: string): Promise<void> {
  await page.getByRole('link', { name: 'Rebuild…' }).click();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill(reason);
  await review(page).getByRole('button', { name: /^Rebuild from [\d,]+ events?$/ }).click();
  await expect(review(page)).toHaveCount(0);
}

test('a rebuild is planned, carried out under load, compared, taken back and kept', async ({ page, server, mistakes }) => {
  test.setTimeout(240_000);
  await grown(server, 150_000);
  await open(page, '/consumers/orders');
  await expect(page.getByRole('button', { name: 'Switch back' })).toBeDisabled();
  await expect(page.getByText('No build before this one is kept.')).toBeVisible();

  await page.getByRole('link', { name: 'Rebuild…' }).click();
  await expect(page).toHaveURL(/\?rebuild=beside$/);
  await expect(review(page)).toBeFocused();
  await expect(review(page).getByText('answers on while it is built anew')).toBeVisible();
  const start = review(page).getByRole('button', { name: /^Rebuild from [\d,]+ events$/ });
  await start.click();
  await expect(review(page), 'without a reason nothing is done').toBeVisible();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('a test under load');
  // It may be over before one looks at it.
  const looks = await noteLooks(page, '.under-way');
  await start.click();
  await expect.poll(looks).toContainEqual(expect.stringMatching(/[\d,]+ of [\d,]+ events · \d+ %/));
  await expect(page).toHaveURL(/\/consumers\/orders$/);

  await expect(operation(page)).toContainText('Done', { timeout: 60_000 });
  await expect(operation(page)).toContainText('a test under load');
  await expect(operation(page)).toContainText(/equal in [\d,]+ rows as of #[\d,]+/);
  await expect(underWay(page)).toHaveCount(0);
  await expect(deeds(page)).toContainText(/Rebuild from [\d,]+ events/);
  await expect(deeds(page)).toContainText(/Compared: equal in/);
  await expect(page.getByText('The build before is kept.')).toBeVisible();

  // Back is one step, and so is forth.
  const said = page.getByRole('status').filter({ hasText: 'the build before answers again' });
  await page.getByRole('button', { name: 'Switch back' }).click();
  await expect(said).toBeVisible();
  await expect(deeds(page).getByText('Switched back to the build before')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(deeds(page).getByText('Switched back to the build before')).toHaveCount(2);
  await expect(page.locator('.page-head .badge')).toHaveText('Ok', { timeout: 30_000 });

  // What cannot be taken back asks for the name.
  await page.getByText('Forget…').click();
  const forget = page.getByRole('button', { name: 'Forget the build before' });
  await page.getByRole('textbox', { name: 'Type orders to confirm' }).fill('order');
  await forget.click();
  await expect(page.getByText('The build before is kept.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Type orders to confirm' }).fill('orders');
  await forget.click();
  await expect(page.getByText('No build before this one is kept.')).toBeVisible();
  await expect(deeds(page)).toContainText('Forgot the build before');
  expect(mistakes).toEqual([]);
  await server.stop();
  expect(server.verify()).toContain('equal');
});

test('a rebuild names the rows that were wrong, and mends them', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  for (const customer of ['Ada Byron', 'Grace Hopper']) await placed(server.url, 'mug', customer);
  await open(page, '/shop/orders');
  await expect(page.getByText('Grace Hopper')).toBeVisible();
  await server.stop();
  changeByHand(server, "UPDATE orders SET customer = 'Mallory' WHERE customer = 'Ada Byron'");
  await server.restart();
  await open(page, '/consumers/orders');
  await expect(proof(page)).toContainText('Not compared since the server started');
  await rebuilt(page, 'a row was changed by hand');
  await expect(operation(page)).toContainText('Done', { timeout: 30_000 });
  await operation(page).getByText(/^1 difference in [\d,]+ rows as of #/).click();
  await expect(operation(page).getByRole('listitem')).toContainText(/^orders .* differs in customer$/);
  await open(page, '/shop/orders');
  await expect(page.getByText('Ada Byron')).toBeVisible();
  await expect(page.getByText('Mallory')).toHaveCount(0);
  await server.stop();
  expect(server.verify()).toContain('equal');
});

test('a rebuild under way says how fast it goes and what it found, and can be cancelled', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  const running = {
    id: '0199a1b2-0000-7000-8000-000000000001', kind: 'rebuild', consumer: 'orders', state: 'running', done: 640, total: 8_252,
    eta_ms: 12_000, started_at: AT, ended_at: null, by: 'local admin', reason: 'rows were changed by hand',
    from: 12_391, to: 12_391, compared: null, end_reason: null,
  };
  let operation: unknown = running;
  await changeFrames(page, { consumer: (row) => (row.name === 'orders' ? { ...row, operation } : row) });
  await open(page, '/consumers/orders');
  await expect(underWay(page)).toContainText('640 of 8,252 events · 7 % · about 12 s left · 634 events/s');
  await expect(page.getByRole('button', { name: 'Rebuild…' })).toBeDisabled();
  await expect(page.getByText('Another operation is under way.')).toBeVisible();
  operation = { ...running, done: 8_252, eta_ms: 0 };
  await expect(underWay(page)).toContainText('It is being compared with the one that answers.');
  operation = { ...running, done: 8_252, eta_ms: 0, compared: { as_of: 12_391, rows: 57, differences: [] } };
  await expect(underWay(page)).toContainText('Compared with the one that answers: equal in 57 rows as of #12,391.');
  await underWay(page).getByText('Cancel…').click();
  await underWay(page).getByRole('button', { name: 'Cancel the operation' }).click();
  await expect(underWay(page).getByRole('alert')).toContainText('there is no operation');
});

test('without script a rebuild is reviewed and done', async ({ browser, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/consumers/stock');
  await rebuilt(page, 'no script here');
  await expect(page).toHaveURL(/\/consumers\/stock$/);
  await expect(page.getByText('no script here').first()).toBeVisible();
  await context.close();
});

test('a process has nothing to build and nothing to compare, and says so', async ({ page, server }) => {
  await open(page, '/consumers/fulfilment');
  await expect(page.getByRole('button', { name: 'Rebuild…' })).toBeDisabled();
  await expect(page.getByText('A process keeps no read model: there is nothing to build.')).toBeVisible();
  await expect(proof(page)).toContainText('A process keeps no read model that could be compared.');
  await open(page, '/consumers/fulfilment?rebuild=beside');
  await expect(review(page).getByRole('alert')).toContainText('is no read model');
  expect(server.isRunning).toBe(true);
});

test('a proof says what was compared, and each row that is wrong', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  let found: unknown = RIGHT;
  await changeFrames(page, { consumer: (row) => (row.name === 'orders' ? { ...row, proof: found } : row) });
  await open(page, '/consumers/orders');
  await expect(proof(page)).toContainText('equal in 57 rows as of #12,391');
  await expect(proof(page)).toContainText('A sample was compared');
  await expect(proof(page).locator('.badge')).toHaveText('Right');
  found = WRONG;
  await expect(proof(page).locator('.badge')).toHaveText('Wrong');
  await expect(proof(page).locator('.badge')).toHaveClass(/tone-bad/);
  await expect(proof(page)).toContainText('2 differences in 4,120 rows as of #12,391');
  await expect(proof(page).getByRole('listitem')).toHaveText(WRONG.differences);
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on a page with a rebuild in the ${theme} theme, and a phone shows it`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await stocked(server.url, 'mug', 'Mug', 50);
    await placed(server.url, 'mug', 'Ada Byron');
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await changeFrames(page, { consumer: (row) => (row.name === 'orders' ? { ...row, proof: WRONG } : row) });
    await open(page, '/consumers/orders');
    await rebuilt(page, 'a reason that is long enough to wrap in a column of the table of operations');
    await expect(operation(page)).toContainText('Done', { timeout: 30_000 });
    for (const path of ['/consumers/orders', '/consumers/orders?rebuild=beside', '/consumers/fulfilment']) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await open(page, path);
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      const problems = found.violations.map((v) => `${path}: ${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
      expect.soft(problems).toEqual([]);
      await page.setViewportSize({ width: 375, height: 740 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(width, path).toBeLessThanOrEqual(375);
    }
  });
}

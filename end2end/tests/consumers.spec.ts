// What an operator does with consumers, under load, and how each state looks.
import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { type ConsumerRow, changeFrames } from '../support/frames.ts';
import { grown } from '../support/history.ts';
import { type Server } from '../support/server.ts';
import { placed, stocked } from '../support/shop.ts';
import { expect, noteLooks, open, test } from '../support/test.ts';

const consumer = async (server: Server, name: string): Promise<ConsumerRow> =>
  (await (await fetch(`${server.url}/api/v1/consumers/${name}`)).json()) as ConsumerRow;

const review = (page: Page) => page.getByRole('region', { name: /^Reset (?!to )/ });
const operations = (page: Page) => page.getByRole('region', { name: 'Table of operations' });
const badge = (page: Page, name: string) =>
  page.getByRole('row', { name: new RegExp(`^${name} `) }).locator('.badge');

test('a reset is planned, carried out under load, seen everywhere, and right', async ({ page, context, server, mistakes }) => {
  test.setTimeout(180_000);
  await grown(server, 150_000);
  const table = await context.newPage();
  await open(table, '/consumers');
  // A replay may be over before one looks at it.
  const inTable = await noteLooks(table, ':is(tr, [role=row]):has(a[href="/consumers/orders"]) .badge');
  await open(page, '/consumers/orders');
  const underWay = await noteLooks(page, '.under-way');

  await page.getByRole('link', { name: 'Reset…' }).click();
  await expect(page).toHaveURL(/\?reset=start$/);
  await expect(review(page)).toBeFocused();
  await expect(review(page).getByText('It is emptied and folded again')).toBeVisible();

  // What cannot be done says why, where it was asked for.
  await review(page).getByRole('radio', { name: 'After position' }).click();
  await expect(review(page).getByText('Write the position')).toBeVisible();
  await review(page).getByRole('textbox', { name: 'Position' }).fill('999,999,999');
  await review(page).getByRole('textbox', { name: 'Position' }).press('Tab');
  await expect(review(page).getByRole('alert')).toContainText('the log ends at');
  // The browser notes every refused request; there was this one.
  expect(mistakes.splice(0)).toHaveLength(1);
  await expect(page).toHaveURL(/reset=position/);

  await review(page).getByRole('radio', { name: 'At the start' }).click();
  const replay = review(page).getByRole('button', { name: /^Replay [\d,]+ events$/ });
  await expect(replay).toBeVisible();
  await replay.click();
  await expect(review(page), 'without a reason nothing is done').toBeVisible();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('a test under load');
  await replay.click();
  await expect(review(page)).toHaveCount(0);
  await expect(page).toHaveURL(/\/consumers\/orders$/);
  const words = /Reset to the start.*[\d,]+ of [\d,]+ events · \d+ %.*It can be paused/s;
  await expect.poll(underWay).toContainEqual(expect.stringMatching(words));
  await expect.poll(inTable).toContainEqual(expect.stringMatching(/tone-progress: Replaying \d+ %/));

  await expect(operations(page).getByRole('row').nth(1)).toContainText('Done', { timeout: 60_000 });
  await expect(operations(page).getByRole('row').nth(1)).toContainText('a test under load');
  await expect(page.getByRole('region', { name: 'Reset to the start' })).toHaveCount(0);
  await expect(badge(table, 'orders')).toHaveText('Ok', { timeout: 30_000 });
  expect(mistakes).toEqual([]);
  await server.stop();
  expect(server.verify()).toContain('equal');
});

test('a process is sent on over what would have side effects, and the plan says so', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  await open(page, '/consumers/fulfilment');
  await page.getByRole('button', { name: 'Pause fulfilment' }).click();
  await expect(page.locator('.page-head .badge')).toHaveText('Paused');
  for (let nth = 0; nth < 5; nth += 1) await placed(server.url, 'mug', `Customer ${nth}`);
  await open(page, '/consumers/fulfilment?reset=end');
  await expect(review(page).getByText('are never sent')).toBeVisible();
  await expect(review(page).getByText('It is paused, and stays so.')).toBeVisible();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('these orders were a mistake');
  await review(page).getByRole('button', { name: /^Pass over \d+ events?$/ }).click();
  await expect(page.getByRole('status').filter({ hasText: /^Pass over/ })).toBeVisible();
  await expect(operations(page).getByRole('row').nth(1)).toContainText('these orders were a mistake');
  await page.getByRole('button', { name: 'Resume fulfilment' }).click();
  await expect(operations(page).getByRole('row').nth(1)).toContainText('Done');
  await expect(async () => expect((await consumer(server, 'fulfilment')).lag_events).toBe(0)).toPass();
});

test('a cancel that the server refuses says why', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  const operation = {
    id: '0199a1b2-0000-7000-8000-000000000001', kind: 'reset', consumer: 'stock', state: 'running', done: 640, total: 8_252,
    eta_ms: 12_000, started_at: '2026-10-01T09:30:00.000000Z', ended_at: null, by: 'local admin', reason: 'mended',
    from: 12_391, to: 0,
  };
  await changeFrames(page, {
    consumer: (row) => (row.name === 'stock' ? { ...row, state: 'replaying', kind: 'group', operation } : row),
  });
  await open(page, '/consumers/stock');
  await expect(page.getByText('640 of 8,252 events · 7 % · about 12 s left')).toBeVisible();
  await page.getByText('Cancel…').click();
  await page.getByRole('button', { name: 'Cancel the operation' }).click();
  await expect(page.getByRole('alert')).toContainText('there is no operation');
});

test('a pause ends by itself or by hand', async ({ page, server, mistakes }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  await open(page, '/consumers/sales');
  await page.getByRole('combobox', { name: 'How long' }).selectOption('For 15 minutes');
  await page.getByRole('button', { name: 'Pause sales' }).click();
  await expect(page.getByText('It goes on by itself at')).toBeVisible();
  const { paused } = (await consumer(server, 'sales')) as unknown as { paused: { until: string } };
  const minutes = (Date.parse(paused.until) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(14);
  expect(minutes).toBeLessThanOrEqual(15);
  await open(page, '/consumers');
  await expect(badge(page, 'sales')).toHaveText('Paused');
  await expect(badge(page, 'sales')).toHaveClass(/tone-operator/);
  await open(page, '/consumers/sales');
  await page.getByRole('button', { name: 'Resume sales' }).click();
  await expect(page.locator('.page-head .badge')).toHaveText('Ok');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.page-head .badge')).toHaveText('Paused');
  expect(mistakes).toEqual([]);
});

const LOOKS = [
  { change: { state: 'ok' }, word: 'Ok', tone: 'tone-ok' },
  { change: { state: 'paused' }, word: 'Paused', tone: 'tone-operator' },
  { change: { state: 'stalled' }, word: 'Stalled', tone: 'tone-bad' },
  { change: { state: 'faulted', last_error: 'no such table' }, word: 'Faulted', tone: 'tone-bad' },
  { change: { state: 'offline' }, word: 'Offline', tone: 'tone-bad' },
  { change: { state: 'retrying', attempt: 3 }, word: 'Retrying 3', tone: 'tone-warn' },
  { change: { state: 'falling_behind' }, word: 'Falling behind', tone: 'tone-warn' },
  { change: { state: 'catching_up' }, word: 'Catching up', tone: 'tone-progress' },
];

test('each state has its icon, its word and its colour', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  let change: Record<string, unknown> = {};
  await changeFrames(page, { consumer: (row) => (row.name === 'sales' ? { ...row, ...change } : row) });
  await open(page, '/consumers');
  const icons = new Map<string, string | null>();
  for (const look of LOOKS) {
    change = look.change;
    await expect(badge(page, 'sales')).toHaveText(look.word);
    await expect(badge(page, 'sales')).toHaveClass(new RegExp(look.tone));
    const icon = await badge(page, 'sales').locator('path').getAttribute('d');
    icons.set(look.tone, icon);
  }
  expect(new Set(icons.values()).size, 'each colour has a shape of its own').toBe(icons.size);
  await expect(page.getByRole('navigation', { name: 'Places' })).toContainText('1 not ok');
});

test('alerts stand on the overview and at the consumers’ place', async ({ page, server, mistakes }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  await open(page, '/');
  const alerts = page.getByRole('region', { name: 'Alerts' });
  await expect(alerts).toContainText('No rule is broken.');
  const since = '2026-10-01T09:30:00.000000Z';
  await changeFrames(page, {
    alerts: [
      { rule: 'stalled', consumer: 'sales', since, detail: 'sales is 352 events and 34.2 s behind and does not move' },
      { rule: 'window_over_budget', consumer: null, since, detail: 'one command in a hundred took 3100 ms or longer' },
    ],
  });
  await open(page, '/');
  await expect(alerts.getByRole('listitem')).toHaveCount(2);
  await expect(alerts.locator('.badge')).toHaveText(['Stalled', 'Slow']);
  await expect(page.getByRole('navigation', { name: 'Places' })).toContainText('2 alerts');
  await alerts.getByRole('link', { name: 'sales' }).click();
  await expect(page.getByRole('heading', { name: 'sales' })).toBeVisible();
  expect(mistakes).toEqual([]);
});

test('the charts of a consumer are read off with keys', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  for (let nth = 0; nth < 3; nth += 1) await placed(server.url, 'mug', `Customer ${nth}`);
  await open(page, '/consumers/orders');
  const heat = page.getByRole('slider', { name: /^Commands by commit time/ });
  await expect(async () => {
    await heat.focus();
    await heat.press('End');
    await expect(heat).toHaveAttribute('aria-valuetext', /commands? took /, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  const trend = page.getByRole('slider', { name: /^Age and rate/ });
  await trend.focus();
  await trend.press('End');
  await expect(trend).toHaveAttribute('aria-valuetext', /events\/s$/);
  await page.getByRole('link', { name: 'Last day' }).click();
  await expect(page).toHaveURL(/\?range=day$/);
  await expect(page.getByText(/^Over the last day orders was/)).toBeAttached();
});

test('without script a reset is reviewed and done', async ({ browser, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/consumers/stock');
  await page.getByRole('link', { name: 'Reset…' }).click();
  await page.getByRole('radio', { name: 'After position' }).check();
  await page.getByRole('textbox', { name: 'Position' }).fill('0');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('no script here');
  await page.getByRole('button', { name: /^Replay/ }).click();
  await expect(page).toHaveURL(/\/consumers\/stock$/);
  await expect(page.getByText('no script here').first()).toBeVisible();
  await context.close();
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the consumers’ pages at work in the ${theme} theme`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await stocked(server.url, 'mug', 'Mug', 50);
    await placed(server.url, 'mug', 'Ada Byron');
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const since = '2026-10-01T09:30:00.000000Z';
    const operation = {
      id: '0199a1b2-0000-7000-8000-000000000001', kind: 'reset', consumer: 'orders', state: 'running', done: 640, total: 8_252,
      eta_ms: 12_000, started_at: since, ended_at: null, by: 'local admin', reason: 'mended', from: 12_391, to: 0,
    };
    await changeFrames(page, {
      alerts: [{ rule: 'stopped', consumer: 'sales', since, detail: 'sales is faulted: no such table' }],
      consumer: (row) => {
        if (row.name === 'orders') return { ...row, state: 'replaying', operation, parked: 3 };
        return row.name === 'sales' ? { ...row, state: 'faulted', last_error: 'no such table' } : row;
      },
    });
    for (const path of ['/', '/consumers', '/consumers/orders', '/consumers/orders?reset=start', '/consumers/orders?reset=end']) {
      await open(page, path);
      await expect(page.getByText('Faulted').or(page.getByText('Replaying 7 %')).first()).toBeVisible();
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      const problems = found.violations.map((v) => `${path}: ${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
      expect.soft(problems).toEqual([]);
    }
  });
}

test('at the width of a phone nothing is wider than the page', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  await page.setViewportSize({ width: 375, height: 740 });
  for (const path of ['/consumers/orders?reset=time', '/consumers/orders?reset=end&range=day']) {
    await open(page, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, path).toBeLessThanOrEqual(375);
  }
});

// A stored copy of a read model: the page shows it, and the review of a rebuild lets the operator choose where to begin.
import { type Page } from '@playwright/test';
import { Server } from '../support/server.ts';
import { placed, stocked } from '../support/shop.ts';
import { expect, open, test as base } from '../support/test.ts';

/** A server that stores copies of small read models too. */
const test = base.extend<{ server: Server }>({
  server: async ({}, use, info) => {
    const server = await Server.start(['--copy-every', '50']);
    await use(server);
    if (info.status !== info.expectedStatus) {
      await info.attach('server.log', { body: server.output, contentType: 'text/plain' });
    }
    await server.remove();
  },
});

const review = (page: Page) => page.getByRole('region', { name: 'Rebuild orders' });
const operation = (page: Page) => page.getByRole('region', { name: 'Table of operations' }).getByRole('row').nth(1);
const deeds = (page: Page) => page.getByRole('region', { name: 'Table of what operators did' });

/** Orders until a copy of the order list is stored. */
async function withCopy(server: Server): Promise<void> {
  await stocked(server.url, 'mug', 'Mug', 50);
  for (let order = 0; order < 12; order += 1) await placed(server.url, 'mug', 'Ada Byron');
  await expect.poll(async () => {
    const answer = await fetch(`${server.url}/api/v1/consumers/orders`);
    return ((await answer.json()) as { copy: unknown }).copy;
  }, { timeout: 30_000 }).not.toBeNull();
}

test('a rebuild begins at the stored copy, or at the log\'s start where that is chosen', async ({ page, server, mistakes }) => {
  test.setTimeout(120_000);
  await withCopy(server);
  await open(page, '/consumers/orders');
  await expect(page.getByText(/^Stored copy: as of #[\d,]+, [\d.]+ KiB$/)).toBeVisible();

  await page.getByRole('link', { name: 'Rebuild…' }).click();
  const copy = review(page).getByRole('radio', { name: /^From the stored copy as of #[\d,]+$/ });
  const start = review(page).getByRole('radio', { name: 'From the log\'s start' });
  await expect(copy).toBeChecked();
  await expect(review(page).getByText(/^After #[\d,]+$/)).toBeVisible();
  await start.check();
  await expect(page).toHaveURL(/\?rebuild=start$/);
  await expect(start, 'the choice keeps the focus').toBeFocused();
  await expect(review(page).getByText('At the log\'s start')).toBeVisible();
  await expect(review(page).getByRole('button', { name: /^Rebuild from [\d,]+ events?$/ })).toBeVisible();
  await copy.check();
  await expect(page).toHaveURL(/\?rebuild=copy$/);

  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('from the copy');
  await review(page).getByRole('button', { name: /^Rebuild from the stored copy and [\d,]+ events?$/ }).click();
  await expect(review(page)).toHaveCount(0);
  await expect(operation(page)).toContainText('Done', { timeout: 30_000 });
  await expect(operation(page)).toContainText(/equal in [\d,]+ rows as of #[\d,]+/);
  await expect(deeds(page)).toContainText(/Rebuild from the stored copy as of #[\d,]+ and [\d,]+ events?/);
  expect(mistakes).toEqual([]);
  await server.stop();
  expect(server.verify()).toContain('equal');
});

test('without script the place is chosen and the rebuild done', async ({ browser, server }) => {
  await withCopy(server);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/consumers/orders?rebuild=beside');
  await review(page).getByRole('radio', { name: 'From the log\'s start' }).check();
  await review(page).getByRole('button', { name: 'Show the plan' }).click();
  await expect(page).toHaveURL(/\?rebuild=start$/);
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('no script here');
  await review(page).getByRole('button', { name: /^Rebuild from [\d,]+ events?$/ }).click();
  await expect(page).toHaveURL(/\/consumers\/orders$/);
  await expect(deeds(page)).toContainText(/Rebuild from [\d,]+ events?/);
  await context.close();
});

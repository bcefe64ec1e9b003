// Every page: whole without script, and nothing that axe finds, in both themes and at the width of a phone.
import AxeBuilder from '@axe-core/playwright';
import { placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

const PAGES = [
  '/', '/shop/orders', '/shop/orders/new', '/shop/stock', '/shop/sales', '/events', '/streams/product-mug', '/consumers',
  '/consumers/orders', '/api', '/shop/orders?as_of=3', '/shop/orders?q=ada&as_of=3', '/shop/stock?as_of=2',
  '/shop/sales?as_of=3', '/no/such/page',
];

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page in the ${theme} theme`, async ({ page, server }) => {
    test.setTimeout(180_000);
    await stocked(server.url, 'mug', 'Mug', 50);
    const order = await placed(server.url, 'mug', 'Ada Byron');
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const path of [...PAGES, `/shop/orders/${order}`, `/shop/orders/${order}?version=1`]) {
      await open(page, path);
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      const problems = found.violations.map((v) => `${path}: ${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
      expect.soft(problems).toEqual([]);
    }
  });
}

test('every page is whole before any script comes', async ({ browser, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  const order = await placed(server.url, 'mug', 'Ada Byron');
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await expect(async () => {
    await page.goto('/shop/orders');
    await expect(page.getByText('Ada Byron')).toBeVisible({ timeout: 500 });
  }).toPass();
  for (const path of [...PAGES, `/shop/orders/${order}`, `/shop/orders/${order}?version=1`]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(path === '/no/such/page' ? 404 : 200);
    await expect(page.locator('main'), path).not.toBeEmpty();
  }
  await page.goto('/shop/orders/new');
  await page.getByLabel('Pieces of Mug').fill('2');
  await page.getByRole('textbox', { name: 'Customer' }).fill('Without Script');
  await page.getByRole('button', { name: /^Place the order/ }).click();
  await expect(page).toHaveURL(/\/shop\/orders\/[0-9a-f-]+\?at=\d+/);
  await context.close();
});

test('at the width of a phone nothing is wider than the page', async ({ page, server }) => {
  test.setTimeout(120_000);
  await stocked(server.url, 'mug', 'Mug', 50);
  const order = await placed(server.url, 'mug', 'Ada Byron');
  await page.setViewportSize({ width: 375, height: 740 });
  for (const path of [...PAGES, `/shop/orders/${order}`, `/shop/orders/${order}?version=1`]) {
    await open(page, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, path).toBeLessThanOrEqual(375);
  }
});

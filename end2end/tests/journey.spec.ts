// From a click to converged read models: what a person sees who opens Highwater for the first time.
import { orderByHand, placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

test('an empty system explains itself and comes alive', async ({ page, mistakes }) => {
  await open(page, '/');
  await expect(page.getByText('Nothing has happened here yet')).toBeVisible();
  await page.getByRole('button', { name: 'Bring it to life' }).click();
  await expect(page.getByRole('button', { name: 'Stop', exact: false }).first()).toBeVisible();
  await open(page, '/shop/orders');
  await expect(page.locator('tbody tr[data-key], tbody tr:has(a.row-link)').first()).toBeVisible();
  expect(mistakes).toEqual([]);
});

test('an order of one’s own converges while one watches', async ({ page, server, mistakes }) => {
  await stocked(server.url, 'teapot', 'Teapot', 50);
  await open(page, '/shop/orders/new');
  await orderByHand(page, 'Teapot', 'Ada Byron');
  const row = page.getByRole('row', { name: /Ada Byron/ });
  await expect(row).toContainText('Confirmed');
  await expect(row).toHaveCount(1);

  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: /Order/ }).first()).toBeVisible();
  for (const fact of ['OrderPlaced', 'StockReserved', 'OrderReserved', 'PaymentAuthorised', 'OrderPaid', 'OrderConfirmed']) {
    await expect(page.getByText(fact).first()).toBeVisible();
  }
  await expect(page.getByText(/consistency window/i).first()).toBeVisible();

  await open(page, '/shop/orders?q=byron');
  await expect(page.getByRole('row', { name: /Ada Byron/ })).toBeVisible();
  await open(page, '/shop/stock');
  await expect(page.getByRole('row', { name: /Teapot/ })).toContainText('49');
  await open(page, '/shop/sales');
  await expect(page.locator('tbody').getByText('€12.50').first()).toBeVisible();
  expect(mistakes).toEqual([]);
});

test('a paused read model leaves ghosts that say whom they wait for', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  await open(page, '/consumers/orders');
  await page.getByRole('button', { name: 'Pause orders' }).click();
  await expect(page.getByText('Paused').first()).toBeVisible();

  for (const customer of ['First Ghost', 'Second Ghost']) {
    await open(page, '/shop/orders/new');
    await orderByHand(page, 'Mug', customer);
  }
  for (const customer of ['First Ghost', 'Second Ghost']) {
    const ghost = page.getByRole('row', { name: new RegExp(customer) });
    await expect(ghost).toContainText(/committed #\d+, waiting for orders/);
  }

  await open(page, '/consumers/orders');
  await page.getByRole('button', { name: 'Resume orders' }).click();
  await expect(page.getByText('Ok', { exact: true }).first()).toBeVisible();
  await open(page, '/shop/orders');
  for (const customer of ['First Ghost', 'Second Ghost']) {
    const row = page.getByRole('row', { name: new RegExp(customer) });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText('Confirmed');
  }
});

test('the page lives through the death of the server and shows no row twice', async ({ page, server }) => {
  await stocked(server.url, 'mug', 'Mug', 500);
  for (let nth = 0; nth < 5; nth += 1) await placed(server.url, 'mug', `Before ${nth}`);
  await open(page, '/shop/orders');
  await expect(page.getByRole('row', { name: /Before/ })).toHaveCount(5);
  await page.evaluate(() => ((window as unknown as { alive: boolean }).alive = true));

  await server.kill();
  await expect(page.getByText(/Cut off from the server since/)).toBeVisible();
  await expect(page.getByRole('row', { name: /Before/ })).toHaveCount(5);
  await server.restart();
  for (let nth = 0; nth < 5; nth += 1) await placed(server.url, 'mug', `After ${nth}`);
  await expect(page.getByText(/You were away/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('row', { name: /After/ })).toHaveCount(5);
  await expect(page.getByRole('row', { name: /Before/ })).toHaveCount(5);
  expect(await page.evaluate(() => (window as unknown as { alive?: boolean }).alive), 'no reload').toBe(true);
});

test('the log runs live', async ({ page, server, mistakes }) => {
  await stocked(server.url, 'mug', 'Mug', 500);
  await open(page, '/events');
  await expect(page.getByRole('row', { name: /StockReceived/ }).first()).toBeVisible();
  await placed(server.url, 'mug', 'Someone');
  await expect(page.getByRole('row', { name: /OrderConfirmed/ }).first()).toBeVisible();
  expect(mistakes).toEqual([]);
});

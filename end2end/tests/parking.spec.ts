// An event that one of the server's own consumers cannot handle: stopped at, set aside by hand, tried again in a rebuild.
import { type Page } from '@playwright/test';
import { appendOfTheFuture } from '../support/poison.ts';
import { placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

const parked = (page: Page) => page.getByRole('region', { name: 'Table of parked events' });
const deeds = (page: Page) => page.getByRole('region', { name: 'Table of what operators did' });

/** After several tries with longer and longer waits between them. */
const GIVEN_UP = { timeout: 30_000 };

async function confirmed(url: string, order: string): Promise<void> {
  await expect.poll(async () => {
    const answer = await fetch(`${url}/api/v1/orders/${order}`);
    return ((await answer.json()) as { status?: string }).status;
  }).toBe('confirmed');
}

test('the event at which a read model has stopped is parked, and tried again in a rebuild', async ({ page, server, mistakes }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  const order = await placed(server.url, 'mug', 'Ada Byron');
  await confirmed(server.url, order);
  await server.stop();
  const position = appendOfTheFuture(server, `order-${order}`, 'OrderConfirmed', { order_id: order });
  await server.restart();

  await open(page, '/consumers/orders');
  await expect(page.getByText(`Stopped at event #${position}, which it cannot handle`)).toBeVisible(GIVEN_UP);
  await expect(page.getByText('Stops there')).toBeVisible();
  await page.getByRole('link', { name: 'Park this event and go on…' }).click();
  await expect(page).toHaveURL(/\?park=event$/);
  const review = page.getByRole('region', { name: 'Park the event at which orders has stopped' });
  await expect(review).toContainText('OrderConfirmed');
  await expect(review).toContainText('version 2 is not known here');
  const park = review.getByRole('button', { name: `Park #${position} and go on` });
  await park.click();
  await expect(review, 'without a reason nothing is done').toBeVisible();
  await review.getByRole('textbox', { name: /^Reason/ }).fill('the other orders must go on');
  await park.click();
  await expect(review).toHaveCount(0);

  // It goes on with everything else, and does not look well.
  await expect(parked(page).getByRole('row')).toHaveCount(2);
  await expect(parked(page).getByRole('row').nth(1)).toContainText('version 2 is not known here');
  await expect(page.getByText('Ok, 1 parked')).toBeVisible();
  await expect(page.getByText('Up to date with the log, except for 1 parked event')).toBeVisible();
  await expect(deeds(page)).toContainText(`Parked event #${position}`);
  await parked(page).getByText('Payload').click();
  await expect(parked(page).locator('pre.payload')).toContainText(order);
  const other = await placed(server.url, 'mug', 'Grace Hopper');
  await confirmed(server.url, other);

  // None can be given up; all are tried again together, and this program still cannot read it.
  await expect(page.getByRole('link', { name: 'Discard all…' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Retry all, in a rebuild…' }).click();
  const retry = page.getByRole('region', { name: 'Retry what orders has parked' });
  await retry.getByRole('textbox', { name: /^Reason/ }).fill('to see whether it can by now');
  await retry.getByRole('button', { name: 'Rebuild, and retry 1 event' }).click();
  await expect(retry).toHaveCount(0);
  await expect(deeds(page)).toContainText('Operation done');
  await expect(parked(page).getByRole('row')).toHaveCount(2);
  expect(mistakes).toEqual([]);
});

test('what has not stopped at an event has nothing to park, and says so', async ({ page, server, mistakes }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  await open(page, '/consumers/stock');
  const park = page.getByRole('button', { name: 'Park this event and go on…' });
  await expect(park).toBeDisabled();
  await expect(park).toHaveAccessibleDescription('It has not stopped at an event.');
  await expect(page.getByRole('heading', { name: 'Parked' })).toHaveCount(0);
  expect(mistakes).toEqual([]);
});

// What a group has set aside: seen, sent again, given up.
import { type Page } from '@playwright/test';
import { type Server } from '../support/server.ts';
import { placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

interface Delivery {
  type: string;
  delivery: number;
}

/** Makes a queue of orders from the start of the log. */
async function defined(server: Server, group: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/consumers/${group}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'queue', from: 'start', filter: { types: ['OrderPlaced'] }, reason: 'mails are sent' }),
  });
  if (!answer.ok) throw new Error(`${group}: ${answer.status} ${await answer.text()}`);
}

/** A member, in a page of its own, that has every event set aside at once, or handles it. */
async function member(page: Page, server: Server, group: string, answer: 'park' | 'ack'): Promise<void> {
  await page.goto('/');
  const url = `${server.url.replace('http', 'ws')}/api/v1/consumers/${group}/connect?member=test`;
  await page.evaluate(
    ({ url, answer }) => {
      const socket = new WebSocket(url);
      const say = (frame: unknown) => socket.send(JSON.stringify(frame));
      socket.onopen = () => say({ type: 'credit', n: 100 });
      socket.onmessage = ({ data }) => {
        const { type, delivery } = JSON.parse(String(data)) as Delivery;
        if (type !== 'event') return;
        if (answer === 'ack') say({ type: 'ack', delivery });
        else say({ type: 'nack', delivery, action: 'park', reason: 'the mail server knows no such address' });
      };
    },
    { url, answer },
  );
}

const parked = (page: Page) => page.getByRole('region', { name: 'Table of parked events' });
const review = (page: Page) => page.getByRole('region', { name: /what mailer has parked$/ });
const deeds = (page: Page) => page.getByRole('region', { name: 'Table of what operators did' });

test('parked events are seen with what went wrong, sent again and given up', async ({ page, context, server, mistakes }) => {
  await stocked(server.url, 'mug', 'Mug', 50);
  for (let nth = 0; nth < 3; nth += 1) await placed(server.url, 'mug', `Customer ${nth}`);
  await defined(server, 'mailer');
  const parking = await context.newPage();
  await member(parking, server, 'mailer', 'park');
  await open(page, '/consumers/mailer');
  await expect(parked(page).getByRole('row')).toHaveCount(4);
  await expect(parked(page).getByRole('row').nth(1)).toContainText('the mail server knows no such address');
  await parked(page).getByText('Payload').first().click();
  await expect(parked(page).getByText('"Customer 0"')).toBeVisible();
  await parking.close();

  // One is given up.
  await parked(page).getByRole('row').nth(1).getByRole('link', { name: 'Discard…' }).click();
  await expect(page).toHaveURL(/\?parked=discard-\d+$/);
  const discard = review(page).getByRole('button', { name: 'Discard 1 event' });
  await discard.click();
  await expect(review(page), 'without a reason nothing is done').toBeVisible();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('the customer is gone');
  await discard.click();
  await expect(review(page)).toHaveCount(0);
  await expect(parked(page).getByRole('row')).toHaveCount(3);
  await expect(deeds(page)).toContainText('Discarded 1 parked event');

  // The others are sent again, to somebody who can.
  await member(await context.newPage(), server, 'mailer', 'ack');
  await page.getByRole('link', { name: 'Retry all…' }).click();
  await review(page).getByRole('textbox', { name: /^Reason/ }).fill('the mail server was mended');
  await review(page).getByRole('button', { name: 'Retry 2 events' }).click();
  await expect(page.getByText('Nothing is parked.')).toBeVisible();
  await expect(deeds(page)).toContainText('Retried all parked events');
  expect(mistakes).toEqual([]);
});

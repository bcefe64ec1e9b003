// `test` with a server of its own for each test, and a page that reports what goes wrong in it.
import { type Page, test as base, expect } from '@playwright/test';
import { Server } from './server.ts';

export { expect };

interface Fixtures {
  /** A fresh server on empty data; what it wrote is attached when the test fails. */
  server: Server;
  /** Errors of the page so far: exceptions, refused scripts and styles, failed requests. */
  mistakes: string[];
}

export const test = base.extend<Fixtures>({
  server: async ({}, use, info) => {
    const server = await Server.start();
    await use(server);
    if (info.status !== info.expectedStatus) {
      await info.attach('server.log', { body: server.output, contentType: 'text/plain' });
    }
    await server.remove();
  },
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
  mistakes: async ({ page }, use) => {
    const mistakes: string[] = [];
    page.on('pageerror', (error) => mistakes.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') mistakes.push(message.text());
    });
    await use(mistakes);
  },
});

/** Opens a page and waits until the browser has taken it over. The wasm of a quick build takes its time to compile. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('html[data-alive]')).toBeAttached({ timeout: 30_000 });
}

/** Notes from now on how an element looks, whenever anything on the page changes: its classes and its words. */
export async function noteLooks(page: Page, selector: string): Promise<() => Promise<string[]>> {
  const looks = await page.evaluateHandle((selector) => {
    const looks: string[] = [];
    const note = () => {
      const element = document.querySelector(selector);
      const look = element ? `${element.className}: ${element.textContent}` : 'none';
      if (looks.at(-1) !== look) looks.push(look);
    };
    note();
    new MutationObserver(note).observe(document.body, {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
    return looks;
  }, selector);
  return () => looks.jsonValue();
}

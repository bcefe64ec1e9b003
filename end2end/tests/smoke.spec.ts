import { existsSync } from 'node:fs';
import { expect, open, test } from '../support/test.ts';

// Where the site is served from a folder; one that was built quickly is as the compilers left it.
const folder = process.env.HIGHWATER_SITE_DIR;

test('the page comes whole from the server and wakes up in the browser', async ({ page, mistakes }) => {
  const html = await (await page.request.get('/')).text();
  expect(html).toContain('<main');
  await open(page, '/');
  expect(mistakes).toEqual([]);
});

test('a page whose script has stopped says so and can be loaded again', async ({ page, server }) => {
  await open(page, '/consumers?sort=name');
  const line = page.getByRole('alert').filter({ hasText: 'This page has stopped' });
  await expect(line).toBeHidden();
  await page.evaluate(() => {
    // The smallest module that traps when it starts, as the page's own does after a mistake of ours.
    const trap = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11];
    setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(trap))));
  });
  await expect(line).toBeVisible();
  await line.getByRole('link', { name: 'Load it again' }).click();
  await expect(page).toHaveURL(`${server.url}/consumers?sort=name`);
  await expect(line).toBeHidden();
});

test('hashed files are kept for ever and come compressed', async ({ page, server }) => {
  const html = await (await page.request.get('/')).text();
  const files = new Set(html.match(/\/pkg\/highwater-[0-9a-f]{16}\.(js|wasm|css)/g));
  expect(files.size).toBe(3);
  for (const file of files) {
    const answer = await fetch(server.url + file, { headers: { 'Accept-Encoding': 'br' } });
    expect(answer.status, file).toBe(200);
    expect(answer.headers.get('cache-control'), file).toBe('public, max-age=31536000, immutable');
    const isCompressed = folder === undefined || existsSync(`${folder}${file}.br`);
    expect(answer.headers.get('content-encoding'), file).toBe(isCompressed ? 'br' : null);
  }
  expect((await page.request.get('/pkg/highwater-0000000000000000.js')).status()).toBe(404);
});

test('the server starts again after kill -9, on the same port and data', async ({ page, server }) => {
  await server.kill();
  await expect(page.goto('/')).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
  await server.restart();
  expect((await page.goto('/'))?.status()).toBe(200);
  await server.stop();
  expect(server.isRunning).toBe(false);
});

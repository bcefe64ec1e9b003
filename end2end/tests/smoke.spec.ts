import { expect, open, test } from '../support/test.ts';

// A quick build serves its site from a folder, as the compilers leave it.
const isQuickBuild = process.env.HIGHWATER_SITE_DIR !== undefined;

test('the page comes whole from the server and wakes up in the browser', async ({ page, mistakes }) => {
  const html = await (await page.request.get('/')).text();
  expect(html).toContain('<main');
  await open(page, '/');
  expect(mistakes).toEqual([]);
});

test('hashed files are kept for ever and come compressed', async ({ page, server }) => {
  const html = await (await page.request.get('/')).text();
  const files = new Set(html.match(/\/pkg\/highwater-[0-9a-f]{16}\.(js|wasm|css)/g));
  expect(files.size).toBe(3);
  for (const file of files) {
    const answer = await fetch(server.url + file, { headers: { 'Accept-Encoding': 'br' } });
    expect(answer.status, file).toBe(200);
    expect(answer.headers.get('cache-control'), file).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding'), file).toBe(isQuickBuild ? null : 'br');
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

// The page says what is wrong and what to do.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {launchAndServe, open, serve, siteFolder, webFolder} from './support.mjs';

const {browser, server} = await launchAndServe();

/** Opens a page that must fail, visibly, and checks what it says. */
async function assertFails(url, message, options) {
  const opened = await open(browser, url, options);
  const {page} = opened;
  assert.equal(await opened.state(60_000), 'error');
  assert.match(await opened.problem(), message);
  assert.ok(await page.locator('#problem').isVisible());
  assert.equal(await page.locator('#problem').getAttribute('role'), 'alert');
  assert.ok(await page.locator('#predict').isDisabled());
  assert.deepEqual(opened.predictions(), []);
  await opened.close();
}

test('the page of the repository, before anything is built, names the command', async () => {
  const unbuilt = await serve(webFolder);
  await assertFails(unbuilt.url, /has not been built yet.*Run \.\/scripts\/run\.sh and open/);
  await unbuilt.close();
});

for (const folder of [siteFolder, webFolder]) {
  test(`opened from file://, ${folder === webFolder ? 'not built' : 'built'}`, async () => {
    await assertFails(pathToFileURL(join(folder, 'index.html')).href,
        /needs a web server\. Run \.\/scripts\/run\.sh/);
  });
}

for (const [lacks, cripple] of Object.entries({
  'WebAssembly SIMD': () => (WebAssembly.validate = () => false),
  'WebAssembly': () => delete globalThis.WebAssembly,
})) {
  test(`a browser without ${lacks}`, async () => {
    await assertFails(server.url, /lacks WebAssembly SIMD\. Use Chrome .* Firefox .* Safari/, {
      setUp: (page) => page.addInitScript(cripple),
    });
  });
}

test('a browser without JavaScript', async () => {
  const {page, close} = await open(browser, server.url, {javaScriptEnabled: false});
  await page.locator('#unstarted').waitFor();
  await close();
});

test('an error that nobody foresaw while starting', async () => {
  await assertFails(server.url, /^This page could not start: .*no canvas today/, {
    setUp: (page) => page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => {
        throw new Error('no canvas today');
      };
    }),
  });
});

// Whatever is wrong, the page says what and what to do.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {digits, placed} from './digits.mjs';
import {
  drawWithMouse, launch, open, openReady, serve, siteFolder, webFolder,
} from './support.mjs';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), serve(siteFolder)]);
});
after(() => Promise.all([browser?.close(), server?.close()]));

/** Opens a page that must fail in time, visibly, and checks what it says. */
async function assertFails(url, message, options) {
  const opened = await open(browser, url, options);
  const {page} = opened;
  assert.equal(await opened.state(5000), 'error');
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
  await page.locator('#unstarted').waitFor({timeout: 5000});
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

test('a fault inside the compiled module', async () => {
  // Our glue around the real one; numeral_read executes `unreachable`.
  const glue = `
    import createModule from './real-wasm.js';
    const trap = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5,
      1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
    export default async (options) => {
      const module = await createModule(options);
      const {instance} = await WebAssembly.instantiate(trap);
      module._numeral_read = () => instance.exports.f();
      return module;
    };`;
  const sha256 = createHash('sha256').update(glue).digest('hex');
  const {assets} = await import(pathToFileURL(join(siteFolder, 'assets.js')));
  const changed = {...assets, 'numeral-wasm.js': {bytes: glue.length, sha256}};
  const script = (body) => (route) => route.fulfill({body, contentType: 'text/javascript'});
  const real = await readFile(join(siteFolder, 'numeral-wasm.js'));
  const opened = await openReady(browser, server.url, {
    setUp: async (page) => {
      await page.route('**/assets.js', script(`export const assets = ${JSON.stringify(changed)};`));
      await page.route('**/numeral-wasm.js', script(glue));
      await page.route('**/real-wasm.js', script(real));
    },
  });
  await drawWithMouse(opened.page, placed(digits[2][0]));
  await opened.page.waitForSelector('html[data-state=error]', {timeout: 5000});
  assert.match(await opened.problem(), /after a fault and must be loaded anew.*unreachable/);
  assert.ok(await opened.page.locator('#predict').isDisabled());
  assert.deepEqual(opened.predictions(), []);
  await opened.close();
});

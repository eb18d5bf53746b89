// Whatever is wrong, the page says what and what to do.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {launch, open, serve, siteFolder, webFolder} from './support.mjs';

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

const says = {
  missing: 'the server answered 404',
  truncated: 'cut off: \\d+ bytes arrived, expected \\d+',
  cut: 'cut off: \\d+ bytes arrived, expected \\d+',
  altered: 'it does not match its SHA-256',
};

const files = ['numeral.wasm', 'numeral-wasm.js', 'digits.ort', 'digits.json'];

for (const file of files) {
  for (const [fault, text] of Object.entries(says)) {
    test(`${file} ${fault}`, async (t) => {
      server.faults[file] = fault;
      t.after(() => delete server.faults[file]);
      await assertFails(server.url, new RegExp(`^${file}: ${text}.*Copy the whole build/site`));
    });
  }

  test(`${file} stalls`, async (t) => {
    server.faults[file] = 'stalled';
    t.after(() => delete server.faults[file]);
    let others;
    const opened = await open(browser, server.url, {
      setUp: async (page) => {
        await page.clock.install();
        others = Promise.all(files.filter((other) => other !== file).map(
            (other) => page.waitForEvent('requestfinished',
                (request) => request.url().endsWith(`/${other}`))));
      },
    });
    await others;
    // The page's clock runs ahead until its patience is over.
    const hurry = setInterval(() => opened.page.clock.fastForward(5000).catch(() => {}), 200);
    t.after(() => clearInterval(hurry));
    assert.equal(await opened.state(), 'error');
    clearInterval(hurry);
    assert.match(await opened.problem(), new RegExp(`^${file}: nothing arrived for 15 seconds`));
    await opened.close();
  });
}

test('assets.js damaged', async (t) => {
  server.faults['assets.js'] = 'truncated';
  t.after(() => delete server.faults['assets.js']);
  await assertFails(server.url, /^assets\.js: it is damaged\. Copy the whole build\/site/);
});

for (const file of ['app.js', 'answer.js', 'keyboard.js', 'loading.js', 'offline.js', 'pad.js',
  'photo.js', 'texts.js', 'numeral.js', 'download.js', 'sha256.js']) {
  test(`${file} missing`, async (t) => {
    server.faults[file] = 'missing';
    t.after(() => delete server.faults[file]);
    await assertFails(server.url, new RegExp(`^${file}: could not be loaded`));
  });
}

test('a wrong copy in the browser\'s cache is replaced', async (t) => {
  const caching = await serve(siteFolder, {headers: {'Cache-Control': 'max-age=3600'}});
  t.after(() => caching.close());
  caching.faults['digits.ort'] = 'altered';
  const opened = await open(browser, caching.url);
  assert.equal(await opened.state(), 'error');
  delete caching.faults['digits.ort'];
  await opened.page.goto(`${caching.url}index.html`);
  assert.equal(await opened.state(), 'ready');
  await opened.close();
});

test('the server stops', async () => {
  await assertFails(server.url, /^digits\.ort: it could not be fetched\. Check that the server/, {
    setUp: (page) => page.route('**/digits.ort', (route) => route.abort()),
  });
});

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
  await page.locator('noscript .problem').waitFor({timeout: 5000});
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

// The built folder works wherever it is put.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {
  drawWithMouse, launch, launchAndServe, openReady, predict, serve, siteFolder,
} from './support.mjs';

// A name that is neither https nor localhost, so that the page lacks crypto.subtle.
const args = ['--host-resolver-rules=MAP numeral.test 127.0.0.1'];
const {browser} = await launchAndServe(() => launch({args}));

async function assertRecognizes(opened) {
  await drawWithMouse(opened.page, placed(digits[7][0]));
  assert.deepEqual(await predict(opened), ['Predicted Digit: 7']);
}

test('under a sub-path, quietly, and asking no other host', async () => {
  const server = await serve(siteFolder, {base: '/a/b/'});
  const opened = await openReady(browser, server.url);
  await assertRecognizes(opened);
  assert.deepEqual(opened.printed, [{type: 'log', text: 'Predicted Digit: 7'}]);
  assert.deepEqual(opened.errors, []);
  assert.deepEqual(opened.requests.filter((url) => !url.startsWith(server.url)), []);
  await opened.close();
  await server.close();
});

test('over plain http in a local network', async () => {
  const server = await serve(siteFolder);
  const url = `http://numeral.test:${server.port}/`;
  const opened = await openReady(browser, url);
  assert.equal(await opened.page.evaluate(() => isSecureContext), false);
  await assertRecognizes(opened);

  server.faults['digits.ort'] = 'altered';
  await opened.page.goto(url);
  assert.equal(await opened.state(), 'error');
  assert.match(await opened.problem(), /^digits\.ort: it does not match its SHA-256/);
  await opened.close();
  await server.close();
});

test('with a strict content security policy', async () => {
  const server = await serve(siteFolder, {
    headers: {
      'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
    },
  });
  const opened = await openReady(browser, server.url);
  await assertRecognizes(opened);
  assert.deepEqual(opened.printed.map(({type}) => type), ['log']);
  await opened.close();
  await server.close();
});

test('fits screens from 320 pixels', async () => {
  const server = await serve(siteFolder);
  for (const width of [320, 375, 639, 640, 1600]) {
    const opened = await openReady(browser, server.url, {viewport: {width, height: 600}});
    const widest = await opened.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(widest <= width, `${widest} pixels wide in a window of ${width}`);
    await opened.close();
  }
  await server.close();
});

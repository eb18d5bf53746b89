// Opens the page with a fault in one of its files: it says what is wrong and what to do, and once the
// fault is over, a button is enough. download.test.mjs and start.test.mjs try every file and fault.

import assert from 'node:assert/strict';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, open} from './support.mjs';

/** Files that numeral.js downloads, and JavaScript modules. */
export const DATA = ['digits.ort', 'numeral.wasm'];
export const MODULES = ['page/app.js', 'page/reading.js'];
/** Files without which the page reads drawings all the same. */
export const OTHERS = ['digits-samples.json', 'icon-192.png', 'icon-512.png', 'icon-masked.png', 'icon.svg',
  'manifest.webmanifest', 'page/inside.css', 'page/inside.js', 'page/photo-worker.js', 'page/start.js',
  'page/style.css', 'page/teaching.js', 'service-worker.js'];
/** Files that the page does not use, and the page itself. */
export const UNUSED = /^index\.html$|^(?!service-worker)[\w-]+\.js$|^digits\.json$|^numeral-models\.wasm$|^package\.json$|^_headers$|^\.gitattributes$|^web\.config$|^page$|\.txt$|\.d\.ts$/;

export const FAULTS = ['missing', 'failing', 'html', 'mistyped', 'refused', 'cut', 'truncated'];

const COPY = 'Copy the whole build/site folder again, then try again.';
const FETCH = 'Check that the server still runs, then try again.';
const RELOAD = 'could not be loaded. Check that the server still runs';

/** What is said of a file with a fault; nothing where it does no harm. */
function saying(file, fault) {
  if (OTHERS.includes(file)) return null;
  if (MODULES.includes(file)) return fault === 'truncated' ? 'This page could not start: ' : RELOAD;
  return {
    missing: `the server answered 404. ${COPY}`,
    failing: `the server answered 500. ${COPY}`,
    html: `the server sent a web page in its place. ${COPY}`,
    mistyped: null,
    refused: `it could not be fetched. ${FETCH}`,
    cut: `it could not be fetched. ${FETCH}`,
    truncated: `it does not match its SHA-256: the files here are of different builds. ${COPY}`,
    stalled: 'it did not arrive within 60 seconds. Check the connection',
  }[fault];
}

/** Draws a 7, which is read. */
export async function assertReads({page}) {
  await page.click('#clear');
  await drawWithMouse(page, placed(digits[7][0]), {steps: 1});
  // Waiting for a function would go by the page's clock, which tests may have changed.
  await page.locator('#result', {hasText: /^7$/}).waitFor();
}

/** How often the page itself was asked for since the latest call. */
export function pageLoads(server) {
  return server.requested.splice(0).filter((name) => name === 'index.html').length;
}

/** Opens the page with a fault, checks what it says, ends the fault, and presses the button. */
export async function assertRecovers(browser, server, file, fault, options = {}) {
  const expected = saying(file, fault);
  const name = file.split('/').pop();
  server.faults[file] = fault;
  pageLoads(server);
  const opened = await open(browser, server.url, {serviceWorkers: 'block', ...options});
  const {page} = opened;
  try {
    if (expected) {
      const problem = page.locator('#problem', {hasText: expected});
      await problem.waitFor();
      assert.ok((await problem.textContent()).includes(name), await problem.textContent());
      assert.equal(await opened.state(), 'error');
      assert.equal(await page.locator('#unstarted').count(), 0);
      assert.ok(await page.locator('#predict').isDisabled());
      delete server.faults[file];
      assert.equal(pageLoads(server), 1);
      const pressed = page.getByRole('button', {name: DATA.includes(file) ? 'Try again' : 'Reload'}).click();
      // A module that reading.js imports only now has no fault any more: the page may start by itself, without
      // its button.
      await (MODULES.includes(file) ?
          Promise.any([pressed, page.locator('html[data-state=ready]').waitFor()]) : pressed);
    }
    await page.locator('html[data-state=ready]').waitFor();
    assert.equal(await opened.problem(), '');
    assert.ok(await page.locator('#retry').isHidden());
    await assertReads(opened);
    if (DATA.includes(file) && expected) assert.equal(pageLoads(server), 0, 'without another page');
  } finally {
    delete server.faults[file];
    await opened.close();
  }
}

/** Has downloads time out after five seconds instead of a minute. */
export const withoutPatience = (page) => page.addInitScript(() => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = () => timeout(5000);
});

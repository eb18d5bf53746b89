// A file of the page with a fault: the page says what is wrong and what to do, and once the fault is
// over, Try again is enough. download.test.mjs and start.test.mjs do that with every file and fault.

import assert from 'node:assert/strict';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, open} from './support.mjs';

/** Files that the page asks for itself, and whether as a whole or as JavaScript modules. */
export const DATA = ['digits.json', 'digits.ort', 'numeral.wasm'];
export const RECOGNIZER_MODULES = ['assets.js', 'numeral-wasm.js'];
export const MODULES = ['answer.js', 'app.js', 'download.js', 'keyboard.js', 'loading.js', 'numeral.js',
  'offline.js', 'pad.js', 'photo.js', 'sha256.js'];
export const SCRIPTS = ['start.js', 'texts.js'];
export const STYLE = 'style.css';
/** Files without which it does what it should, as far as these tests go. */
export const OTHERS = ['icon-192.png', 'icon-512.png', 'icon-masked.png', 'icon.svg', 'manifest.webmanifest',
  'photo-worker.js', 'service-worker.js'];
/** Files of which the page makes no use, and the page itself. */
export const UNUSED = /^index\.html$|^numeral-pad\.js$|^package\.json$|^sbom\.cdx\.json$|^_headers$|\.txt$|\.d\.ts$/;

export const FAULTS = ['missing', 'failing', 'html', 'mistyped', 'refused', 'cut', 'truncated'];

export const COPY = 'Copy the whole build/site folder again, then try again.';
export const FETCH = 'Check that the server still runs, then try again.';

/** What is said of a file with a fault; nothing where it does no harm. */
function saying(file, fault) {
  if (OTHERS.includes(file)) return null;
  if (SCRIPTS.includes(file)) return `could not be loaded. ${COPY}`;
  if (file === STYLE) {
    // Half a style, or one of which the connection is lost half-way, is one, too.
    if (fault === 'truncated') return null;
    return 'could not be loaded, so that this page looks plain. It works all the same.';
  }
  if (fault === 'stalled') return 'nothing arrived for 15 seconds. Check the connection';
  if (MODULES.includes(file)) {
    return {
      missing: `the server answered 404. ${COPY}`,
      failing: `the server answered 500. ${COPY}`,
      html: `the server sent it as text/html, expected javascript. ${COPY}`,
      mistyped: `the server sent it as text/plain, expected javascript. ${COPY}`,
      refused: `it could not be fetched. ${FETCH}`,
      cut: `it could not be fetched. ${FETCH}`,
      truncated: COPY,
    }[fault];
  }
  return {
    missing: file === 'assets.js' ? 'Run ./scripts/run.sh and open the address it prints.'
        : `the server answered 404. ${COPY}`,
    failing: `the server answered 500. ${COPY}`,
    html: `the server sent a web page in its place. ${COPY}`,
    mistyped: DATA.includes(file) ? null : COPY,
    refused: `it could not be fetched. ${FETCH}`,
    cut: /cut off: \d+ bytes arrived, expected (\d+|more)/,
    truncated: file === 'assets.js' ? `it is damaged` : /cut off: \d+ bytes arrived, expected \d+/,
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

/** Opens the page with a fault, checks what it says, ends the fault, and tries again. */
export async function assertRecovers(browser, server, file, fault, {mayReload = false, ...options} = {}) {
  const {hurry, ...contextOptions} = options;
  const expected = saying(file, fault);
  server.faults[file] = fault;
  pageLoads(server);
  const opened = await open(browser, server.url, {serviceWorkers: 'block', ...contextOptions});
  const {page} = opened;
  let hurrying;
  try {
    hurrying = hurry && setInterval(() => hurry(page), 100);
    if (expected && file === STYLE) {
      const note = page.locator('[role=alert]', {hasText: STYLE});
      await note.waitFor();
      assert.ok((await note.textContent()).includes(expected), await note.textContent());
      clearInterval(hurrying);
      assert.equal(await opened.state(), 'ready');
      await assertReads(opened);
      delete server.faults[file];
      await note.getByRole('button', {name: 'Try again'}).click();
      await page.locator('main').evaluate(async (main) => {
        while (getComputedStyle(main).display === 'block') await fetch('style.css');
      });
      assert.equal(await note.count(), 0);
    } else if (expected) {
      assert.equal(await opened.state(), 'error');
      clearInterval(hurrying);
      const said = await opened.problem();
      assert.ok(said.includes(file), said);
      assert.ok(expected.test?.(said) ?? said.includes(expected), said);
      assert.ok(await page.locator('#problem').isVisible());
      assert.ok(await page.locator('#unstarted').isHidden());
      assert.ok(await page.locator('#predict').isDisabled());
      delete server.faults[file];
      assert.equal(pageLoads(server), 1);
      await page.getByRole('button', {name: 'Try again'}).click();
    }
    await page.locator('html[data-state=ready]').waitFor();
    assert.equal(await opened.problem(), '');
    assert.ok(await page.locator('#retry').isHidden());
    await assertReads(opened);
    const loads = pageLoads(server);
    assert.ok(loads <= Number(mayReload || !expected || file === STYLE), `${loads} page loads`);
  } finally {
    clearInterval(hurrying);
    delete server.faults[file];
    await opened.close();
  }
}

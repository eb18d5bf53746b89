// The page on development servers, which insert a script into index.html.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFile, cp, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {
  drawWithMouse, launch, launchAndServe, launchFirefox, openReady, siteFolder,
} from './support.mjs';
import {replaceIn, serveCopy, untilNoWorker} from './versions.mjs';

const program = createRequire(import.meta.url).resolve('live-server');

const {browser} = await launchAndServe();

/** Serves a copy of the site with live-server; the test's end removes both. */
async function serveLive(t) {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-live-'));
  await cp(siteFolder, folder, {recursive: true});
  const server = spawn(process.execPath, [program.replace('index.js', 'live-server.js'), folder,
    '--host=127.0.0.1', '--port=0', '--no-browser'], {stdio: ['ignore', 'pipe', 'inherit']});
  const ended = once(server, 'exit');
  t.after(async () => {
    server.kill();
    await ended;
    await rm(folder, {recursive: true});
  });
  let said = '';
  await new Promise((ready) => {
    server.stdout.setEncoding('utf8').on('data', (part) => {
      said += part;
      // Earlier changes would go unnoticed.
      if (said.includes('Ready for changes')) ready();
    });
    ended.then(ready);
  });
  const [url] = /http:\S+:\d+/.exec(said) ?? assert.fail(`live-server says: ${said}`);
  return {folder, url: `${url}/`};
}

/** Collects the errors of a page's service workers; `refused` resolves when one is not installed. */
async function watchWorkers(page) {
  const uncaught = [];
  let refuse;
  const refused = new Promise((resolve) => (refuse = resolve));
  const session = await page.context().newCDPSession(page);
  session.on('ServiceWorker.workerErrorReported', ({errorMessage: {errorMessage}}) => {
    if (errorMessage.startsWith('Uncaught')) uncaught.push(errorMessage);
  });
  session.on('ServiceWorker.workerVersionUpdated', ({versions}) => {
    if (versions.some(({status}) => status === 'redundant')) refuse();
  });
  await session.send('ServiceWorker.enable');
  return {uncaught, refused};
}

async function read({page}, digit) {
  await drawWithMouse(page, placed(digits[digit][0]));
  const said = page.waitForEvent('console', (message) => message.text().startsWith('Predicted '));
  await page.click('#predict');
  await said;
}

async function assertNothingKept(page) {
  await untilNoWorker(page);
  assert.deepEqual(await page.evaluate(() => globalThis.caches.keys()), []);
}

for (const [engine, start] of Object.entries({Chromium: launch, Firefox: launchFirefox})) {
  test(`live-server: the page works and is loaded again after a change, ${engine}`, async (t) => {
    const {folder, url} = await serveLive(t);
    const own = engine === 'Chromium' ? browser : await start();
    if (own !== browser) t.after(() => own.close());
    const opened = await openReady(own, url);
    const {page} = opened;
    await read(opened, 7);
    const started = {type: 'log', text: 'Live reload enabled.'};
    assert.deepEqual(opened.printed, [started, {type: 'log', text: 'Predicted Digit: 7'}]);

    // A style is replaced without a reload.
    await page.evaluate(() => (globalThis.stayed = true));
    await page.locator('#inside > summary').click();
    await page.locator('#inside li').first().waitFor();
    await appendFile(join(folder, 'page/inside.css'), '\nh1 { color: rgb(1, 2, 3); }\n');
    await page.waitForFunction(
        () => getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)');
    assert.ok(await page.evaluate(() => globalThis.stayed));
    assert.equal(await page.locator('link[rel=preload]').count(), 0, 'loaded in vain');

    await appendFile(join(folder, 'page/app.js'), "\ndocument.querySelector('h1').textContent = 'Changed';\n");
    await page.locator('h1', {hasText: 'Changed'}).waitFor();
    assert.equal(await opened.state(), 'ready', await opened.problem());
    await read(opened, 4);
    assert.deepEqual(opened.printed.slice(2), [started, {type: 'log', text: 'Predicted Digit: 4'}]);
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });
}

test('live-server: nothing is kept for offline use, and no error said', async (t) => {
  const {url} = await serveLive(t);
  let workers;
  const opened = await openReady(browser, url,
      {setUp: async (page) => (workers = await watchWorkers(page))});
  await workers.refused;
  await read(opened, 2);
  await assertNothingKept(opened.page);
  assert.deepEqual(workers.uncaught, []);
  assert.deepEqual(opened.printed.map(({type}) => type), ['log', 'log']);
  await opened.close();
});

/** What other servers may insert, and whether the page's policy blocks it. */
const injections = {
  'a script that is not known': {html: '<script>globalThis.injected = true</script>', blocked: true},
  'a script file': {html: '<script src="/injected.js"></script>', blocked: false},
};
for (const [what, {html, blocked}] of Object.entries(injections)) {
  test(`a server that puts in ${what}`, async (t) => {
    const {folder, server} = await serveCopy(t);
    await replaceIn(folder, 'index.html', '</body>', `${html}</body>`);
    await writeFile(join(folder, 'injected.js'), 'globalThis.injected = true');
    let workers;
    const opened = await openReady(browser, server.url,
        {setUp: async (page) => (workers = await watchWorkers(page))});
    await workers.refused;
    await read(opened, 3);
    assert.deepEqual(opened.predictions(), ['Predicted Digit: 3']);
    const others = opened.printed.filter(({text}) => !/^Predicted /.test(text));
    assert.deepEqual(others.map(({type}) => type), blocked ? ['error'] : []);
    assert.equal(await opened.page.evaluate(() => Boolean(globalThis.injected)), !blocked);
    assert.deepEqual(workers.uncaught, []);
    await assertNothingKept(opened.page);
    assert.ok(!server.requested.includes('icon-512.png'), 'its other files are not fetched in vain');
    await opened.close();
  });
}

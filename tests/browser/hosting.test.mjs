// The built folder works wherever it is put.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {cp, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {extname, join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {digits, placed} from './digits.mjs';
import {
  drawWithMouse, launch, launchAndServe, launchFirefox, open, openReady, predict, serve, shows, siteFolder,
  STRICT_POLICY,
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

for (const [engine, start] of Object.entries({Chromium: launch, Firefox: launchFirefox})) {
  test(`a server's own policy allows nothing inside a page, ${engine}`, async (t) => {
    const server = await serve(siteFolder, {headers: {'Content-Security-Policy': STRICT_POLICY}});
    const own = engine === 'Chromium' ? browser : await start();
    t.after(() => Promise.all([own !== browser && own.close(), server.close()]));
    const opened = await openReady(own, server.url);
    const {page} = opened;
    await assertRecognizes(opened);
    assert.equal(await page.locator('h1').textContent(), 'Numeral');
    assert.ok(await page.locator('#retry').isHidden(), 'the style is there');
    assert.ok(server.requested.includes('page/start.js'));
    assert.deepEqual(await page.evaluate(() => [...document.styleSheets].map(({href}) => href)),
        [`${server.url}page/style.css`]);
    const unexpected = opened.printed.filter(({text}) => !/^Predicted |Content.Security.Policy/.test(text));
    assert.deepEqual(unexpected, []);
    await opened.close();
  });
}

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

test('on a small phone with little memory and a slow processor nothing is cut off, and the first answer comes', async (t) => {
  // Chromium's settings for devices with at most 512 MB.
  const phone = await launch({args: ['--enable-low-end-device-mode']});
  t.after(() => phone.close());
  const server = await serve(siteFolder);
  const opened = await open(phone, server.url, {
    viewport: {width: 360, height: 640}, isMobile: true, hasTouch: true, deviceScaleFactor: 2,
    setUp: async (page) => {
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', {rate: 8});
    },
  });
  const {page} = opened;
  await page.locator('#pad').waitFor();
  await drawWithMouse(page, placed(digits[7][0]));
  await shows(page, '7');
  for (const id of ['pad', 'brush', 'undo', 'redo', 'clear', 'predict', 'result', 'bars']) {
    const {x, width} = await page.locator(`#${id}`).boundingBox();
    assert.ok(x >= 0 && x + width <= 360, `#${id} is from ${x} to ${x + width}`);
  }
  const {y, height} = await page.locator('#pad').boundingBox();
  assert.ok(y >= 0 && y + height <= 640, 'the whole pad is seen at once');
  await opened.close();
  await server.close();
});

/** What IIS 10 knows without being told, of what the site has. */
const KNOWN_TO_IIS = ['.css', '.html', '.js', '.png', '.svg', '.txt'];

test('on a server that sends only types that it has been told, as IIS', async () => {
  const config = await readFile(join(siteFolder, 'web.config'), 'utf8');
  const told = [...config.matchAll(/<mimeMap fileExtension="(.\w+)" mimeType="([^"]+)"/g)].map(([, ending]) => ending);
  const files = await readdir(siteFolder, {recursive: true});
  const unknown = files.filter((file) => extname(file) && ![...KNOWN_TO_IIS, ...told].includes(extname(file)));
  const server = await serve(siteFolder, {faults: Object.fromEntries(unknown.map((file) => [file, 'missing']))});
  const opened = await openReady(browser, server.url);
  await assertRecognizes(opened);
  assert.equal(await opened.page.evaluate((config) =>
    new DOMParser().parseFromString(config, 'text/xml').documentElement.localName, config), 'configuration');
  const manifest = await opened.page.request.get(`${server.url}manifest.webmanifest`);
  assert.equal(manifest.status(), 200);
  await opened.close();
  await server.close();
});

const run = promisify(execFile);
const skip = await run('git', ['--version']).then(() => false, () => 'there is no git');

test('from a repository that was cloned with core.autocrlf', {skip}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-clone-'));
  t.after(() => rm(folder, {recursive: true}));
  const [origin, clone] = [join(folder, 'origin'), join(folder, 'clone')];
  const git = (...options) => run('git', [
    '-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'safe.directory=*', ...options,
  ]);
  await git('init', '--quiet', origin);
  await cp(siteFolder, join(origin, 'numeral'), {recursive: true});
  await writeFile(join(origin, 'text.txt'), 'one\ntwo\n');
  await git('-C', origin, 'add', '--all');
  await git('-C', origin, 'commit', '--quiet', '--message', 'The site');
  await git('clone', '--quiet', '--config', 'core.autocrlf=true', origin, clone);
  assert.equal(await readFile(join(clone, 'text.txt'), 'utf8'), 'one\r\ntwo\r\n');
  const server = await serve(join(clone, 'numeral'));
  const opened = await openReady(browser, server.url);
  await assertRecognizes(opened);
  await opened.close();
  await server.close();
});

/** Draws a 7 on the page that is in a frame. */
async function drawInFrame(page, frame) {
  // Playwright's boundingBox is relative to the page.
  const {x: left, y: top} = await frame.locator('#pad').boundingBox();
  for (const [[x, y], ...rest] of placed(digits[7][0])) {
    await page.mouse.move(left + x, top + y);
    await page.mouse.down();
    for (const [x, y] of rest) await page.mouse.move(left + x, top + y, {steps: 2});
    await page.mouse.up();
  }
}

test('in a sandboxed frame: with headers for other origins it works, without it says why', async () => {
  for (const headers of [{'Access-Control-Allow-Origin': '*'}, {}]) {
    const server = await serve(siteFolder, {headers});
    const opened = await open(browser, server.url, {
      setUp: (page) => page.route('**/host.html', (route) => route.fulfill({
        body: `<!doctype html><iframe sandbox="allow-scripts" src="${server.url}" width="700" height="700"></iframe>`,
        contentType: 'text/html',
      })),
    });
    const {page} = opened;
    await page.goto(`${server.url}host.html`);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    await frame.waitForFunction(() => !['loading', undefined].includes(document.documentElement.dataset.state));
    if (headers['Access-Control-Allow-Origin']) {
      await drawInFrame(page, frame);
      await frame.waitForFunction(() => document.getElementById('result').textContent === '7');
    } else {
      assert.match(await frame.locator('#problem').textContent(), /^This page is in a sandboxed frame/);
    }
    await opened.close();
    await server.close();
  }
});

test('from files, where the window may read them, as in Electron', async () => {
  const window = await launch({args: ['--allow-file-access-from-files']});
  const opened = await openReady(window, pathToFileURL(join(siteFolder, 'index.html')).href);
  await assertRecognizes(opened);
  assert.equal(await opened.problem(), '');
  await opened.close();
  await window.close();
});

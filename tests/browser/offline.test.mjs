// The page without a network, new versions of it, and the page as an installed application.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {cp, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawIcon, ICONS} from './icons.mjs';
import {
  drawWithMouse, launchAndServe, open, openReady, predict, serve, siteFolder, STRICT_POLICY, until, webFolder,
} from './support.mjs';
import {
  CHANGED, deploy, everythingLoaded, installed, serveCopy, untilNoWorker, update,
} from './versions.mjs';

const WORKER = 'service-worker.js';

const {browser} = await launchAndServe();

/** The built service worker's list of files. */
async function listed(folder) {
  const code = await readFile(join(folder, WORKER), 'utf8');
  return new Function(`${code.slice(0, code.indexOf('};') + 2)} return site;`)();
}

const caches = (page) => page.evaluate(() => globalThis.caches.keys());
const heading = (page) => page.locator('h1').textContent();

async function assertReads(opened, digit) {
  const {page} = opened;
  assert.equal(await opened.state(), 'ready', await opened.problem());
  await drawWithMouse(page, placed(digits[digit][0]));
  assert.deepEqual(await predict(opened), [`Predicted Digit: ${digit}`]);
}

for (const base of ['/', '/a/b/']) {
  test(`after one visit the page at ${base} does without a network`, async () => {
    const server = await serve(siteFolder, {base});
    const opened = await openReady(browser, server.url);
    await installed(opened.page);
    await server.close();
    await opened.context.setOffline(true);
    await opened.page.reload();
    await assertReads(opened, 4);
    for (const [page, digit] of [['index.html', 2], ['?from=icon#pad', 7]]) {
      await opened.page.goto(server.url + page);
      await assertReads(opened, digit);
    }
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });
}

test('the headers of the server are kept', async () => {
  const server = await serve(siteFolder,
      {headers: {'Content-Security-Policy': STRICT_POLICY, 'Vary': 'Cookie, User-Agent'}});
  const opened = await openReady(browser, server.url);
  await installed(opened.page);
  await server.close();
  const response = await opened.page.reload();
  assert.ok(response.fromServiceWorker());
  assert.equal(response.headers()['content-security-policy'], STRICT_POLICY);
  await assertReads(opened, 3);
  await opened.close();
});

test('what is kept is not said to be compressed, or to vary', async () => {
  const {files} = await listed(siteFolder);
  const server = await serve(siteFolder,
      {faults: Object.fromEntries(Object.keys(files).map((name) => [name, 'compressed']))});
  const opened = await openReady(browser, server.url);
  const headers = () => opened.page.evaluate(async (names) => {
    const {headers} = await fetch('page/style.css');
    return Object.fromEntries(names.map((name) => [name, headers.get(name)]));
  }, ['Content-Type', 'Content-Encoding', 'Content-Length', 'Vary']);
  const sent = await headers();
  assert.deepEqual([sent['Content-Encoding'], sent['Vary']], ['gzip', '*']);
  await installed(opened.page);
  await server.close();
  await opened.page.reload();
  assert.deepEqual(await headers(),
      {'Content-Type': 'text/css', 'Content-Encoding': null, 'Content-Length': null, 'Vary': null});
  await assertReads(opened, 3);
  await opened.close();
});

test('what the browser has already is confirmed by the server, not fetched again', async () => {
  const {files} = await listed(siteFolder);
  const server = await serve(siteFolder,
      {faults: Object.fromEntries(Object.keys(files).map((name) => [name, 'tagged']))});
  const opened = await openReady(browser, server.url);
  await installed(opened.page);
  for (const name of ['numeral.wasm', 'digits.ort', 'page/app.js'])
    assert.ok(server.confirmed.includes(name), `${name} among ${server.confirmed}`);
  await server.close();
  await opened.page.reload();
  await assertReads(opened, 9);
  await opened.close();
});

test('a server that takes a file for the one before it is passed by', async (t) => {
  const {folder, server} = await serveCopy(t, {faults: {'page/start.js': 'tagged'}});
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await installed(page);
  const loaded = everythingLoaded(page);
  await page.reload();
  await loaded;
  await deploy(folder, 'Second');
  server.confirmed.length = 0;
  assert.equal(await update(page), 'installed');
  assert.ok(server.confirmed.includes('page/start.js'), 'it was wrong');
  await page.click('#update');
  await page.getByRole('heading', {name: 'Second'}).waitFor();
  await assertReads(opened, 2);
  await opened.close();
});

test('it answers for the files of the page and nothing else', async () => {
  const server = await serve(siteFolder);
  const {page, close} = await openReady(browser, server.url);
  await installed(page);
  await page.reload();
  server.faults['digits.ort'] = 'missing';
  const status = (url, options) => page.evaluate(
      async ([url, options]) => (await fetch(url, options)).status, [url, options]);
  assert.equal(await status('digits.ort'), 200);
  assert.equal(await status('digits.ort', {cache: 'reload'}), 404, 'past the caches');
  assert.equal(await status('digits.ort?other'), 404);
  assert.equal(await status('LICENSE.txt'), 200);
  assert.ok(server.requested.includes('LICENSE.txt'));
  await close();
  await server.close();
});

test('a new version waits for the pages of the old one, and takes over as a whole', async (t) => {
  const {folder, server} = await serveCopy(t);
  const opened = await openReady(browser, server.url);
  const {page, context} = opened;
  await installed(page);
  const pageLoaded = everythingLoaded(page);
  await page.reload();
  await pageLoaded;
  assert.ok(await page.locator('#update').isHidden());
  const [oldCache] = await caches(page);

  server.requested.length = 0;
  await deploy(folder, 'Second');
  assert.equal(await update(page), 'installed');
  // A set, because the browser may check the worker by itself as well.
  assert.deepEqual(new Set(server.requested), new Set(CHANGED),
      'what is the same is not fetched');
  await page.getByText('A new version of this page is ready.').waitFor();
  const other = await context.newPage();
  const otherLoaded = everythingLoaded(other);
  await other.goto(server.url);
  assert.equal(await heading(other), 'Numeral', 'another tab has the version of the first');
  await otherLoaded;

  const reloaded = Promise.all([page, other].map((tab) => tab.waitForEvent('load')));
  await page.getByRole('button', {name: 'Reload all its tabs'}).click();
  await reloaded;
  for (const tab of [page, other]) assert.equal(await heading(tab), 'Second');
  await other.close();
  await until('the old version is deleted', async () => (await caches(page)).length === 1);
  assert.notDeepEqual(await caches(page), [oldCache]);
  await server.close();
  await page.reload();
  await assertReads(opened, 6);
  assert.equal(await heading(page), 'Second');
  assert.ok(await page.locator('#update').isHidden());
  await opened.close();
});

test('a new version also takes over when the last page of the old one is closed', async (t) => {
  const {folder, server} = await serveCopy(t);
  const {page, context, close} = await openReady(browser, server.url);
  await installed(page);
  await page.reload();
  await deploy(folder, 'Second');
  assert.equal(await update(page), 'installed');
  await page.goto('about:blank');
  await until('the new version has taken over', async () => {
    const next = await context.newPage();
    await next.goto(server.url);
    const shown = await heading(next);
    await next.close();
    return shown === 'Second';
  });
  await close();
});

for (const fault of ['altered', 'missing', 'truncated', 'cut']) {
  test(`a version of which a file is ${fault} is not taken`, async (t) => {
    const {folder, server} = await serveCopy(t);
    const opened = await openReady(browser, server.url);
    const {page} = opened;
    await installed(page);
    await page.reload();
    const before = await caches(page);

    server.faults['page/start.js'] = fault;
    await deploy(folder, 'Second');
    assert.equal(await update(page), 'redundant');
    assert.deepEqual(await caches(page), before);
    assert.ok(await page.locator('#update').isHidden());
    await page.reload();
    assert.equal(await heading(page), 'Numeral');
    await assertReads(opened, 1);

    delete server.faults['page/start.js'];
    // A check of the browser's own, begun before that, may still find the fault.
    await until('the mended version is installed', async () => await update(page) === 'installed');
    await opened.close();
  });
}

test('what is deployed but in part is not installed at a first visit either', async (t) => {
  const {folder, server} = await serveCopy(t);
  await deploy(folder, 'Second');
  await cp(join(siteFolder, 'page/start.js'), join(folder, 'page/start.js'));
  const {page, context, close} = await openReady(browser, server.url);
  const [worker] = context.serviceWorkers();
  assert.ok(worker ?? await context.waitForEvent('serviceworker'));
  await untilNoWorker(page);
  assert.deepEqual(await caches(page), []);
  await close();
});

test('copies of the page on one server leave each other\'s files alone', async (t) => {
  const {folder, server} = await serveCopy(t);
  const {page, close} = await openReady(browser, server.url);
  await installed(page);
  const others = `numeral ${server.url}below/ 1`;
  await page.evaluate((name) => globalThis.caches.open(name), others);
  const loaded = everythingLoaded(page);
  await page.reload();
  await deploy(folder, 'Second');
  assert.equal(await update(page), 'installed');
  await loaded;
  await page.click('#update');
  await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Second');
  await until('the old version is deleted', async () => (await caches(page)).length === 2);
  assert.ok((await caches(page)).includes(others));
  await close();
});

const withoutWorkers = {
  'are blocked': {serviceWorkers: 'block'},
  'do not exist': {setUp: (page) => page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'serviceWorker', {value: undefined});
  })},
  'cannot be installed': {setUp: (page) => page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('not here'));
  })},
};
for (const [what, options] of Object.entries(withoutWorkers)) {
  test(`the page works as before where service workers ${what}`, async () => {
    const server = await serve(siteFolder);
    const opened = await openReady(browser, server.url, options);
    await assertReads(opened, 8);
    assert.deepEqual(opened.errors, []);
    assert.deepEqual(await caches(opened.page), []);
    await opened.close();
    await server.close();
  });
}

test('it works in a frame that must not have a service worker', async () => {
  const server = await serve(siteFolder, {headers: {'Access-Control-Allow-Origin': '*'}});
  const {page, errors, close} = await open(browser, `${server.url}page/style.css`);
  await page.setContent(`<iframe sandbox="allow-scripts" src="${server.url}"></iframe>`);
  await page.frameLocator('iframe').locator('html[data-state=ready]').waitFor();
  assert.deepEqual(errors, []);
  await close();
  await server.close();
});

test('a page that embeds the recogniser gets no service worker', async () => {
  const server = await serve(siteFolder);
  const {page, close} = await open(browser, `${server.url}page/style.css`);
  const registrations = await page.evaluate(async () => {
    const {Recognizer} = await import('/numeral.js');
    await Recognizer.load();
    return (await navigator.serviceWorker.getRegistrations()).length;
  });
  assert.equal(registrations, 0);
  await close();
  await server.close();
});

test('its list has all that the page asks for, with the right SHA-256', async () => {
  const server = await serve(siteFolder);
  const opened = await openReady(browser, server.url);
  const {files} = await listed(siteFolder);
  await installed(opened.page);
  // For readers and for other pages.
  const unlisted = [WORKER, '.gitattributes', '_headers', 'LICENSE.txt', 'THIRD_PARTY_NOTICES.txt', 'assets.js',
    'digits.json', 'download.js', 'keyboard.js', 'numeral-models.wasm', 'numeral-pad.d.ts', 'numeral-pad.js',
    'numeral-wasm.js', 'numeral.d.ts', 'numeral.js', 'package.json', 'pad.js', 'page', 'photo-cleaner.js',
    'wasm-module.js', 'web.config'];
  assert.deepEqual([...Object.keys(files), ...unlisted].sort(),
      (await readdir(siteFolder, {recursive: true})).sort());
  for (const url of opened.requests) {
    const name = url.slice(server.url.length) || 'index.html';
    assert.ok(files[name] ?? name === WORKER, name);
  }
  for (const [name, sha256] of Object.entries(files)) {
    const content = await readFile(join(siteFolder, name));
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256, name);
  }
  await opened.close();
  await server.close();
});

test('the page can be installed', async () => {
  const server = await serve(siteFolder, {base: '/a/'});
  const {page, context, close} = await openReady(browser, server.url);
  await installed(page);
  await page.reload();
  const session = await context.newCDPSession(page);
  const {errors, data} = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const {installabilityErrors} = await session.send('Page.getInstallabilityErrors');
  // Contexts of tests are incognito, where nothing can be installed.
  assert.deepEqual(installabilityErrors.map(({errorId}) => errorId)
      .filter((error) => error !== 'in-incognito'), []);

  const manifest = JSON.parse(data);
  const {title, description, colour} = await page.evaluate(() => ({
    title: document.title,
    description: document.querySelector('meta[name=description]').content,
    colour: document.querySelector('meta[name=theme-color][media*=light]').content,
  }));
  assert.deepEqual([manifest.name, manifest.short_name], [title, title]);
  assert.equal(manifest.description, description);
  assert.deepEqual([manifest.theme_color, manifest.background_color], [colour, colour]);
  assert.equal(manifest.display, 'standalone');
  for (const url of [manifest.start_url, manifest.scope])
    assert.equal(new URL(url, `${server.url}manifest.webmanifest`).href, server.url);
  const purposes = new Set();
  for (const {src, sizes, type, purpose = 'any'} of manifest.icons) {
    const content = await readFile(join(siteFolder, src));
    if (type === 'image/svg+xml') continue;
    // A PNG's signature, then its header's width and height.
    assert.equal(content.subarray(1, 4).toString(), 'PNG');
    assert.equal(`${content.readUInt32BE(16)}x${content.readUInt32BE(20)}`, sizes);
    purposes.add(`${purpose} ${sizes}`);
  }
  assert.deepEqual([...purposes], ['any 192x192', 'any 512x512', 'maskable 512x512']);
  await close();
  await server.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`the colour of the browser's own surfaces is the page's, ${colorScheme}`, async () => {
    const server = await serve(siteFolder);
    const {page, close} = await openReady(browser, server.url, {colorScheme});
    const [theirs, ours] = await page.evaluate(() => {
      const metas = [...document.querySelectorAll('meta[name=theme-color]')];
      const {content} = metas.find(({media}) => matchMedia(media).matches);
      const root = getComputedStyle(document.documentElement);
      return [content, root.getPropertyValue('--background')];
    });
    assert.equal(theirs, ours);
    await close();
    await server.close();
  });
}

for (const icon of ICONS) {
  test(`${icon.file} is web/icon.svg`, async () => {
    const page = await browser.newPage();
    const pictures = [await readFile(join(webFolder, icon.file)), await drawIcon(browser, icon)];
    const {size, opaque, different} = await page.evaluate(async (pictures) => {
      const [kept, drawn] = await Promise.all(pictures.map(async (base64) => {
        const picture = await createImageBitmap(
            await (await fetch(`data:image/png;base64,${base64}`)).blob());
        const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
        context.drawImage(picture, 0, 0);
        return context.getImageData(0, 0, picture.width, picture.height);
      }));
      return {
        size: [kept.width, kept.height],
        opaque: kept.data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255),
        different: kept.data.filter((value, i) => Math.abs(value - drawn.data[i]) > 32).length,
      };
    }, pictures.map((png) => png.toString('base64')));
    assert.deepEqual(size, [icon.size, icon.size]);
    assert.ok(different < icon.size ** 2 / 250, `${different} values differ`);
    assert.equal(opaque, Boolean(icon.masked));
    await page.close();
  });
}

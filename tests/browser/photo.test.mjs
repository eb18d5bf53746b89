// Photographs in place of a drawing: opened, dropped and pasted; and files that are none.

import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {photograph, withOrientation} from './photographs.mjs';
import {png} from './pictures.mjs';
import {
  drawWithMouse, inkOf, launchAndServe, open, openReady, predict, serve, siteFolder,
} from './support.mjs';

const {browser, server} = await launchAndServe();

/** Opens a file with the page's file input. */
function openFile(page, buffer, {name = 'photo.jpg', mimeType = 'image/jpeg'} = {}) {
  return page.setInputFiles('#file', {name, mimeType, buffer});
}

/** Waits until the photograph has been read, and returns what the page shows. */
async function resultOf(page) {
  // The page shows the new answer a frame later.
  await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown))));
  const result = await page.waitForFunction(() => {
    const text = document.getElementById('result').textContent;
    return text !== texts.photoReading && text;
  });
  return result.jsonValue();
}

const kinds = {
  'plain': {},
  'uneven light': {shade: 0.6},
  'noise and blur': {noise: 12, blur: 1.5},
  'lined paper': {lines: '#9fb4d8'},
  'squared paper, turned': {lines: '#b9c4d4', squares: true, turn: 5},
  'coloured paper': {paper: '#f2d35c', ink: '#7a1f2b'},
  'chalk on a board': {paper: '#23382f', ink: '#e8ece6', noise: 8},
  'a thin pen, small': {pen: 0.004, size: 0.09},
  'a thick pen, upright': {pen: 0.03, width: 750, height: 1000},
  'all at once': {
    shade: 0.4, noise: 8, blur: 1, lines: '#a9b8d4', turn: -3, paper: '#efe6c8', ink: '#1d2f6f',
  },
};

for (const [kind, effects] of Object.entries(kinds)) {
  test(`read: ${kind}`, async () => {
    const opened = await openReady(browser, server.url);
    const {page} = opened;
    for (const number of ['7', '4', '25', '3806']) {
      const size = Math.min(effects.size ?? 0.22, 0.8 / number.length);
      await openFile(page, await photograph(page, number, {...effects, size}));
      assert.equal(await resultOf(page), number);
      const what = number.length > 1 ? 'Number' : 'Digit';
      assert.deepEqual(await predict(opened), [`Predicted ${what}: ${number}`]);
      await page.click('#clear');
    }
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });
}

test('every orientation flag', async () => {
  const {page, close} = await openReady(browser, server.url);
  const upright = await photograph(page, '47', {width: 900, height: 600});
  // What the camera stored, for each flag: the upright picture, turned and mirrored.
  const transforms = {
    1: [1, 0, 0, 1], 2: [-1, 0, 0, 1], 3: [-1, 0, 0, -1], 4: [1, 0, 0, -1],
    5: [0, 1, 1, 0], 6: [0, -1, 1, 0], 7: [0, -1, -1, 0], 8: [0, 1, -1, 0],
  };
  for (const [flag, transform] of Object.entries(transforms)) {
    const stored = await page.evaluate(async ({base64, transform}) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const sideways = transform[0] === 0;
      const [width, height] = sideways ? [600, 900] : [900, 600];
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.setTransform(...transform, width / 2, height / 2);
      context.drawImage(bitmap, -450, -300);
      const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.9});
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    }, {base64: upright.toString('base64'), transform});
    await openFile(page, withOrientation(Buffer.from(stored, 'base64'), Number(flag)));
    assert.equal(await resultOf(page), '47', `flag ${flag}`);
    const {width, height} = await page.evaluate(() => {
      const {width, height} = document.getElementById('photo');
      return {width, height};
    });
    assert.ok(width > height, `flag ${flag}: shown ${width} x ${height}`);
    await page.click('#clear');
  }
  await close();
});

test('lying on its side, without a flag', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  for (const [turn, turned] of [[90, 270], [180, 180], [270, 90]]) {
    const effects = {width: 800, height: 800, size: 0.15, shade: 0.3, noise: 5, turn};
    await openFile(page, await photograph(page, '3547', effects));
    assert.equal(await resultOf(page), '3547');
    assert.match(await page.locator('#confidence').textContent(), RegExp(`turned by ${turned}°$`));
    assert.deepEqual(await predict(opened), ['Predicted Number: 3547']);
    // The frames stand where the digits are on the photograph.
    const tops = await page.locator('#frames > *').evaluateAll(
        (frames) => frames.map((frame) => parseFloat(frame.style.top)));
    const down = tops.at(-1) - tops[0];
    assert.equal(turn === 90, down > 20, `${turn}: ${tops}`);
    assert.equal(turn === 270, down < -20, `${turn}: ${tops}`);
    await page.click('#clear');
  }
  await opened.close();
});

test('a stroke that the edge cuts off is not left out in silence', async () => {
  const {page, close} = await openReady(browser, server.url);
  const effects = {shade: 0.3, noise: 5};
  await openFile(page, await photograph(page, '26', effects));
  assert.equal(await resultOf(page), '26');
  assert.doesNotMatch(await page.locator('#confidence').textContent(), /Not sure/);
  const base64 = (await photograph(page, '26', effects)).toString('base64');
  const cut = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    context.fillStyle = '#22283c';
    context.fillRect(0, 280, 12, 160);
    const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.9});
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  }, base64);
  await page.click('#clear');
  await openFile(page, Buffer.from(cut, 'base64'));
  // It may be read as a 1.
  const result = await resultOf(page), confidence = await page.locator('#confidence').textContent();
  assert.ok(result === '126' || confidence.startsWith('Not sure'), `${result}: ${confidence}`);
  await close();
});

test('dropped and pasted', async () => {
  const {page, close} = await openReady(browser, server.url);
  const base64 = (await photograph(page, '63')).toString('base64');
  for (const [type, target, carrier] of [
    ['drop', 'body', 'dataTransfer'], ['paste', 'body', 'clipboardData'],
  ]) {
    await page.evaluate(({base64, type, target, carrier}) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File(['words'], 'words.txt', {type: 'text/plain'}));
      data.items.add(new File([bytes], 'photo.jpg', {type: 'image/jpeg'}));
      const options = {bubbles: true, cancelable: true, [carrier]: data};
      const Kind = type === 'paste' ? ClipboardEvent : DragEvent;
      const element = document.querySelector(target);
      if (type === 'drop') element.dispatchEvent(new Kind('dragover', options));
      element.dispatchEvent(new Kind(type, options));
    }, {base64, type, target, carrier});
    assert.equal(await resultOf(page), '63', type);
    await page.click('#clear');
  }
  await close();
});

test('the drawing is there again when the photograph goes', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, placed(digits[6][0]));
  const drawn = await inkOf(page);
  await openFile(page, await photograph(page, '4'));
  assert.equal(await resultOf(page), '4');
  assert.ok(await page.locator('#photo').isVisible());
  const longest = await page.locator('#photo').evaluate(({width, height}) => Math.max(width, height));
  assert.equal(longest, 560, 'as sharp as the pad on a screen of double density');
  await drawWithMouse(page, [[[20, 20], [260, 260]]]);
  await page.keyboard.press('Control+z');
  await page.click('#clear');
  assert.ok(await page.locator('#photo').isHidden());
  assert.deepEqual(await inkOf(page), drawn);
  assert.equal(await resultOf(page), '6');
  await close();
});

test('the same photograph can be opened again', async () => {
  const {page, close} = await openReady(browser, server.url);
  for (let times = 0; times < 2; ++times) {
    await openFile(page, png(7), PNG);
    assert.equal(await resultOf(page), '7');
    // Browsers report a choice only if it differs from the last.
    assert.deepEqual(await page.locator('#file').evaluate(({value, files}) => [value, files.length]),
        ['', 0]);
    await page.click('#clear');
    await page.waitForFunction(() => document.getElementById('result').textContent === '');
  }
  await close();
});

test('a photograph of nothing, and files that are no picture', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await openFile(page, await photograph(page, '', {noise: 8, shade: 0.5, lines: '#9fb4d8'}));
  assert.equal(await resultOf(page), 'Nothing written was found on the photo');
  await page.click('#predict');
  await page.click('#clear');
  for (const [name, mimeType, buffer] of [
    ['words.txt', 'text/plain', Buffer.from('words')],
    ['broken.jpg', 'image/jpeg', (await photograph(page, '4')).subarray(0, 300)],
    ['empty.png', 'image/png', Buffer.alloc(0)],
  ]) {
    await openFile(page, buffer, {name, mimeType});
    assert.equal(await resultOf(page),
        `${name}: this is no picture that the browser can read. Use PNG, JPEG or WebP.`);
    assert.equal(await page.locator('#announcement').textContent(), await opened.result());
    await drawWithMouse(page, placed(digits[1][0]));
    assert.equal(await resultOf(page), '1', 'the page goes on');
    await page.click('#clear');
  }
  assert.deepEqual(opened.predictions(), []);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('fifty megapixels, with the page alive meanwhile', async (t) => {
  const {page, close} = await openReady(browser, server.url);
  const effects = {width: 8660, height: 5774, shade: 0.3, lines: '#9fb4d8'};
  const folder = await mkdtemp(join(tmpdir(), 'numeral-photo-'));
  t.after(() => rm(folder, {recursive: true}));
  // From a disk, as people open it: handing over bytes would take the page's own time.
  const file = join(folder, 'photo.jpg');
  await writeFile(file, await photograph(page, '92', effects));
  await page.evaluate(() => {
    globalThis.gaps = [];
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      globalThis.gaps.push(now - last);
      last = now;
    }, 5);
  });
  await page.setInputFiles('#file', file);
  assert.equal(await resultOf(page), '92');
  const gaps = await page.evaluate(() => globalThis.gaps);
  const [longest, all] = [Math.max(...gaps), gaps.reduce((a, b) => a + b)].map(Math.round);
  const found = `longest time without a turn: ${longest} ms of ${all}`;
  t.diagnostic(found);
  assert.ok(gaps.length > 20, `${gaps.length} turns while it was read`);
  // Relative, because a busy machine takes longer for everything.
  assert.ok(longest < all / 4, found);
  await close();
});

// Without the service worker, which would answer from its cache.
const BARE = {serviceWorkers: 'block'};
const WORKER = 'page/photo-worker.js';
const PNG = {name: 'photo.png', mimeType: 'image/png'};

/** Has the page get another worker the next time that it asks for one. */
const replaceWorker = (page, body) => page.route(`**/${WORKER}`,
    (route) => route.fulfill({body, contentType: 'text/javascript'}), {times: 1});

/** Counts what the page's photo workers get, and what comes back from them, in `photos`. */
const countPhotos = (page) => page.addInitScript(() => {
  globalThis.photos = {ready: 0, failed: 0, sent: 0, answered: 0};
  globalThis.Worker = class extends Worker {
    constructor(...parameters) {
      super(...parameters);
      // The page has heard of it as well by the time that somebody looks at the count.
      this.addEventListener('message', ({data}) => ++photos[data.isReady ? 'ready' : 'answered']);
      this.addEventListener('error', () => ++photos.failed);
    }

    postMessage(...parameters) {
      ++photos.sent;
      super.postMessage(...parameters);
    }
  };
});

test('once the page is there, photographs need no network', async () => {
  const server = await serve(siteFolder);
  const {page, requests, close} = await openReady(browser, server.url,
      {...BARE, setUp: countPhotos});
  await page.waitForFunction(() => photos.ready === 1);
  assert.equal(server.requested.filter((name) => name === WORKER).length, 1);
  await server.close();
  const before = requests.length;
  for (const digit of [7, 5, 3]) {
    await openFile(page, png(digit), PNG);
    assert.equal(await resultOf(page), String(digit));
  }
  await openFile(page, Buffer.from('words'), PNG);
  assert.match(await resultOf(page), /no picture/);
  await openFile(page, png(4), PNG);
  assert.equal(await resultOf(page), '4');
  assert.equal(requests.length, before);
  await close();
});

test('a worker that cannot be loaded is told, and the next photograph tries again', async () => {
  const server = await serve(siteFolder, {faults: {[WORKER]: 'missing'}});
  const opened = await openReady(browser, server.url, {...BARE, setUp: countPhotos});
  const {page} = opened;
  await page.waitForFunction(() => photos.failed === 1);
  assert.equal(await opened.result(), '', 'nothing is said before it is needed');
  await openFile(page, png(7), PNG);
  assert.equal(await resultOf(page), 'photo-worker.js: could not be loaded. ' +
      'Check the connection and the server, then open the photo again.');
  delete server.faults[WORKER];
  server.faults['numeral.wasm'] = 'missing';
  await openFile(page, png(7), PNG);
  assert.match(await resultOf(page), /^numeral\.wasm: the server answered 404/);
  delete server.faults['numeral.wasm'];
  await openFile(page, png(7), PNG);
  assert.equal(await resultOf(page), '7');
  assert.deepEqual(opened.errors, []);
  await opened.close();
  await server.close();
});

test('a browser that knows no modules in workers is told that it is too old', async () => {
  const opened = await openReady(browser, server.url, {setUp: (page) => page.addInitScript(() => {
    const Classic = Worker;
    globalThis.Worker = class extends Classic {
      constructor(url) {
        super(url);
      }
    };
  })});
  await openFile(opened.page, png(7), PNG);
  assert.equal(await resultOf(opened.page), 'This browser is too old to read photos');
  await drawWithMouse(opened.page, placed(digits[1][0]));
  assert.equal(await resultOf(opened.page), '1', 'the page goes on');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('in a frame that must not have a worker, that is said', async () => {
  const server = await serve(siteFolder, {headers: {'Access-Control-Allow-Origin': '*'}});
  const opened = await open(browser, `${server.url}page/style.css`);
  await opened.page.setContent(`<iframe sandbox="allow-scripts" src="${server.url}"></iframe>`);
  const frame = opened.page.frameLocator('iframe');
  await frame.locator('html[data-state=ready]').waitFor();
  await frame.locator('#file').setInputFiles({...PNG, buffer: png(7)});
  await frame.getByText('The browser does not let this page read photos here.').first().waitFor();
  assert.deepEqual(opened.errors, []);
  await opened.close();
  await server.close();
});

test('a worker that breaks down is told, and the next photograph gets another', async () => {
  const opened = await openReady(browser, server.url,
      {...BARE, setUp: (page) => replaceWorker(page, `
        postMessage({isReady: true});
        onmessage = () => { throw new Error('out of memory'); };`)});
  const {page} = opened;
  await openFile(page, png(7), PNG);
  assert.equal(await resultOf(page),
      'photo.png: reading this broke off. Open it again, or use a smaller photo.');
  await replaceWorker(page, `
    postMessage({isReady: true});
    onmessage = () => postMessage({problem: 'The recogniser has stopped after a fault.'});`);
  await openFile(page, png(7), PNG);
  assert.equal(await resultOf(page), 'The recogniser has stopped after a fault.');
  await openFile(page, png(7), PNG);
  assert.equal(await resultOf(page), '7');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('what takes for ever is given up, and the next photograph is read', async () => {
  const hanging = `postMessage({isReady: true}); onmessage = () => { for (;;); };`;
  const opened = await openReady(browser, server.url, {...BARE, setUp: async (page) => {
    await countPhotos(page);
    await page.addInitScript(() => {
      const {setTimeout, clearTimeout} = globalThis;
      const PATIENCE = -1;
      globalThis.setTimeout = (action, ms, ...parameters) => {
        if (ms !== 30000) return setTimeout(action, ms, ...parameters);
        globalThis.giveUp = action;
        return PATIENCE;
      };
      globalThis.clearTimeout = (timer) => {
        if (timer === PATIENCE) globalThis.giveUp = null;
        else clearTimeout(timer);
      };
    });
    await replaceWorker(page, hanging);
  }});
  const {page} = opened;
  /** Lets the thirty seconds pass, once the worker has so many photographs to read. */
  const giveUp = async (count) => {
    await page.waitForFunction((count) => photos.sent === count, count);
    await page.evaluate(() => globalThis.giveUp());
  };
  await openFile(page, png(7), PNG);
  await giveUp(1);
  assert.equal(await resultOf(page),
      'photo.png: this was given up after 30 seconds. Use a smaller photo, or another format.');
  await replaceWorker(page, hanging);
  await openFile(page, png(7), PNG);
  await page.waitForFunction(() => photos.sent === 2);
  await page.click('#clear');
  await openFile(page, png(5), PNG);
  await giveUp(2);
  assert.equal(await resultOf(page), '5', 'though another one is being read');
  assert.equal(await page.evaluate(() => globalThis.giveUp), null, 'nobody waits any more');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('of photographs opened in a row the last is read', async () => {
  const opened = await openReady(browser, server.url, {setUp: countPhotos});
  const {page} = opened;
  const large = await photograph(page, '92', {width: 4000, height: 3000});
  for (const digit of [7, 5, 3]) {
    await openFile(page, large);
    await openFile(page, png(8), PNG);
    await openFile(page, png(digit), PNG);
    assert.equal(await resultOf(page), String(digit));
  }
  const {sent} = await page.evaluate(() => globalThis.photos);
  await openFile(page, large);
  await page.click('#clear');
  await page.waitForFunction(
      (sent) => photos.sent === sent && photos.answered === sent, sent + 1);
  // What follows from an answer is shown a frame later.
  await page.evaluate(async () => {
    for (let i = 0; i < 2; ++i) await new Promise(requestAnimationFrame);
  });
  assert.equal(await opened.result(), '', 'what was taken away stays away');
  assert.ok(await page.locator('#photo').isHidden());
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

/** Makes canvases tell every second level off by one, as browsers do that resist fingerprinting by a little noise. */
function addNoise() {
  for (const kind of [globalThis.CanvasRenderingContext2D, globalThis.OffscreenCanvasRenderingContext2D]) {
    if (!kind) continue;
    const getImageData = kind.prototype.getImageData;
    kind.prototype.getImageData = function (...where) {
      const image = getImageData.apply(this, where);
      for (let i = 0; i < image.data.length; ++i) image.data[i] ^= (i * 2654435761) >>> 31;
      return image;
    };
  }
}

test('where canvases give a little noise, as Brave\'s: drawings and photographs are read', async () => {
  let workers = 0;
  const opened = await openReady(browser, server.url, {
    serviceWorkers: 'block',
    setUp: async (page) => {
      await page.addInitScript(addNoise);
      // Such scripts do not run in workers.
      await page.route('**/photo-worker.js', async (route) => {
        ++workers;
        const response = await route.fetch();
        await route.fulfill({response, body: `(${addNoise})();\n${await response.text()}`});
      });
    },
  });
  const {page} = opened;
  const levels = await page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d');
    return new Set(context.getImageData(0, 0, 100, 1).data).size;
  });
  assert.ok(levels > 1, 'an empty canvas has noise');
  await drawWithMouse(page, placed(digits[4][0]));
  assert.deepEqual(await predict(opened), ['Predicted Digit: 4']);
  await openFile(page, await photograph(page, '2026'));
  assert.equal(await resultOf(page), '2026');
  assert.equal(workers, 1);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

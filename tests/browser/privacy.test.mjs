// Drawings never leave the page: it makes no requests, and stores nothing but what it is
// taught, until it is told to forget that.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {openPhotograph, photograph} from './photographs.mjs';
import {drawWithMouse, launchAndServe, openReady, serve, shows, siteFolder, until} from './support.mjs';

const {browser} = await launchAndServe();

/** Records every way out of a page that is no request, from before the page's own scripts. */
function watchExits() {
  globalThis.exits = [];
  const note = (name) => globalThis.exits.push(name);
  for (const name of ['WebSocket', 'RTCPeerConnection', 'EventSource', 'WebTransport', 'SharedWorker']) {
    const Original = globalThis[name];
    if (!Original) continue;
    globalThis[name] = class extends Original {
      constructor(...options) {
        note(name);
        super(...options);
      }
    };
  }
  const {sendBeacon} = Navigator.prototype;
  Navigator.prototype.sendBeacon = function (...options) {
    note('sendBeacon');
    return sendBeacon.apply(this, options);
  };
  const {open} = globalThis;
  globalThis.open = (...options) => {
    note('open');
    return open(...options);
  };
}

/** Everything that a page can store, as text. */
const keptBy = (page) => page.evaluate(async () => {
  const names = await globalThis.caches?.keys() ?? [];
  const cached = await Promise.all(names.map(
      async (name) => (await (await caches.open(name)).keys()).map(({url}) => url)));
  const folder = await navigator.storage?.getDirectory?.().catch(() => null);
  const files = [];
  for await (const name of folder?.keys() ?? []) files.push(name);
  return JSON.stringify({
    local: {...localStorage},
    session: {...sessionStorage},
    databases: await indexedDB.databases(),
    cookies: document.cookie,
    url: location.href,
    history: [history.length, history.state],
    name: window.name,
    cached: cached.flat().sort(),
    files,
  });
});

/** Waits until there has been no request for a second. */
async function untilAtRest({requested}) {
  let count;
  do {
    count = requested.length;
    await new Promise((later) => setTimeout(later, 1000));
  } while (requested.length > count);
}

/** Opens a file as if it were dropped or pasted. */
const transfer = (page, type, buffer) => page.evaluate(async ({type, base64}) => {
  const bytes = await (await new Response(Uint8Array.from(atob(base64),
      (character) => character.charCodeAt(0)))).blob();
  const data = new DataTransfer();
  data.items.add(new File([bytes], 'photo.jpg', {type: 'image/jpeg'}));
  const options = {bubbles: true, cancelable: true};
  document.body.dispatchEvent(type === 'paste'
      ? new ClipboardEvent('paste', {...options, clipboardData: data})
      : new DragEvent('drop', {...options, dataTransfer: data}));
}, {type, base64: buffer.toString('base64')});

/** All features, by name. */
const features = {
  'drawing with the mouse': async (page) => {
    await drawWithMouse(page, placed(digits[5][0]));
    await shows(page, '5');
  },
  'undo, redo, the brush, clear': async (page) => {
    await page.click('#undo');
    await page.click('#redo');
    await shows(page, '5');
    await page.locator('#brush').fill('10');
    await page.click('#clear');
  },
  'drawing with a finger, and Predict': async (page) => {
    const {x, y, width} = await page.locator('#pad').boundingBox();
    const session = await page.context().newCDPSession(page);
    const send = (type, points) => session.send('Input.dispatchTouchEvent', {
      type, touchPoints: points.map(([left, top]) =>
        ({x: x + (left * width) / 280, y: y + (top * width) / 280})),
    });
    for (const [first, ...rest] of placed(digits[7][0])) {
      await send('touchStart', [first]);
      for (const point of rest) await send('touchMove', [point]);
      await send('touchEnd', []);
    }
    await page.click('#predict');
    await shows(page, '7');
    await page.click('#clear');
  },
  'drawing with keys': async (page) => {
    await page.locator('#pad').focus();
    for (let i = 0; i < 8; ++i) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    for (let i = 0; i < 16; ++i) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await shows(page, '1');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Delete');
  },
  'a number': async (page) => {
    await page.click('#clear');
    await drawWithMouse(page, [...placed(digits[4][0], {left: 20, top: 90, size: 100}),
      ...placed(digits[2][0], {left: 150, top: 90, size: 100})]);
    await page.click('#predict');
    await shows(page, '42');
  },
  'a photo that is opened, and another one': async (page) => {
    for (const number of ['25', '47']) {
      await openPhotograph(page, number);
      await shows(page, number);
    }
  },
  'a photo that is dropped': async (page) => {
    await transfer(page, 'drop', await photograph(page, '38'));
    await shows(page, '38');
  },
  'a photo that is pasted': async (page) => {
    await transfer(page, 'paste', await photograph(page, '61'));
    await shows(page, '61');
    await page.click('#clear');
  },
  'teaching it, and having it forget': async (page) => {
    await page.click('#clear');
    await drawWithMouse(page, placed(digits[7][0]));
    await page.click('#teaching summary');
    await page.locator('#teaching .labels').getByRole('button', {name: '2'}).click();
    await shows(page, '2');
    await page.getByText('Forget what it learned').click();
    await shows(page, '7');
    await until('nothing is kept', async () =>
      (await page.evaluate(() => indexedDB.databases())).length === 0);
    await page.click('#clear');
  },
  'the list of keys, and another size': async (page) => {
    await page.locator('#keys summary').click();
    await page.setViewportSize({width: 400, height: 700});
    await page.setViewportSize({width: 1280, height: 720});
  },
};

for (const serviceWorkers of ['allow', 'block']) {
  test(`nothing leaves the page, service workers: ${serviceWorkers}`, async (t) => {
    const server = await serve(siteFolder);
    t.after(() => server.close());
    const opened = await openReady(browser, server.url, {
      serviceWorkers, hasTouch: true, setUp: (page) => page.addInitScript(watchExits),
    });
    const {page, context} = opened;
    t.after(() => opened.close());
    // Workers' requests as well.
    const asked = [];
    context.on('request', (request) => asked.push(request.url()));
    await untilAtRest(server);
    // Open from here on, so that it is watched as well.
    await page.locator('#inside > summary').click();
    await page.click('text=A test digit of MNIST');
    await page.locator('#inside .source', {hasText: 'is labelled'}).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await untilAtRest(server);
    const kept = await keptBy(page);
    // One request of our own per feature: it comes after any that the feature may have made.
    const ours = [];
    server.requested.length = asked.length = 0;

    for (const [feature, use] of Object.entries(features)) {
      await t.test(feature, async () => {
        await use(page);
        ours.push('LICENSE.txt');
        await page.evaluate(async (file) => {
          // After whatever waits for a frame.
          for (let i = 0; i < 2; ++i) await new Promise(requestAnimationFrame);
          await fetch(file, {cache: 'reload'});
        }, ours.at(-1));
        assert.deepEqual(asked, ours.map((file) => server.url + file), 'requests of the page');
        assert.deepEqual(server.requested, ours, 'requests at the server');
        assert.deepEqual(await page.evaluate(() => globalThis.exits), []);
        assert.equal(await keptBy(page), kept, 'storage');
      });
    }
    assert.deepEqual(opened.errors, []);
  });
}

test('nothing leaves a page with <numeral-pad> before its form is sent', async (t) => {
  const server = await serve(siteFolder);
  t.after(() => server.close());
  const opened = await openReady(browser, server.url, {
    serviceWorkers: 'block', setUp: (page) => page.addInitScript(watchExits),
  });
  const {page, context} = opened;
  t.after(() => opened.close());
  await page.route('**/form.html', (route) => route.fulfill({
    contentType: 'text/html',
    body: `<!doctype html><title>A form</title>
      <form action="order.html"><numeral-pad name="count" required></numeral-pad><button>Order</button>
      <button type="reset">Anew</button></form>
      <script type="module" src="numeral-pad.js"></script>`,
  }));
  await page.route('**/order.html?*', (route) => route.fulfill({
    contentType: 'text/html', body: '<!doctype html><title>Ordered</title>',
  }));
  await page.goto(`${server.url}form.html`);
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  await untilAtRest(server);
  const kept = await keptBy(page);
  const asked = [];
  context.on('request', (request) => asked.push(request.url()));
  server.requested.length = 0;
  const value = (text) => page.waitForFunction(
      (text) => document.querySelector('numeral-pad').value === text, text);
  const draw = async (digit) => {
    await drawWithMouse(page, placed(digits[digit][0]), {canvas: 'numeral-pad >> canvas'});
    await value(String(digit));
  };
  await draw(3);
  await page.getByRole('button', {name: 'Predict'}).click();
  await page.getByRole('button', {name: 'Clear'}).click();
  await value('');
  await draw(8);
  await page.getByRole('button', {name: 'Anew'}).click();
  await value('');
  await draw(2);
  assert.deepEqual(asked, []);
  assert.deepEqual(server.requested, []);
  assert.deepEqual(await page.evaluate(() => globalThis.exits), []);
  assert.equal(await keptBy(page), kept);
  // Then it says what was read, as forms do, and nothing else.
  await page.getByRole('button', {name: 'Order'}).click();
  await page.waitForURL('**/order.html?count=2');
  assert.deepEqual(asked, [`${server.url}order.html?count=2`]);
});

// What the page may load and do; all else is blocked.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {openPhotograph} from './photographs.mjs';
import {
  drawWithMouse, launch, launchAndServe, launchFirefox, open, openReady, projectFolder, serve,
  shows, siteFolder, webFolder,
} from './support.mjs';

/** Development servers' scripts, which the page allows as well as its own. */
const DEVELOPMENT_SCRIPTS = {
  'live-server 1.2.2': "'sha256-iN7wpJdxHlpujRppkOA8N0+Mzp0ZqZr3lCtxM00Y63c='",
  'Live Server of VS Code': "'sha256-vvt4KWwuNr51XfE5m+hzeNEGhiOfZzG97ccfqGsPwvE='",
  'Browsersync 3.0.4': "'sha256-eh65ft/FLWhSquitmVRey50WJ/FUDjy1q+J6b/eMfQ8='",
};

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page's policy, with the SHA-256 of its script and style. */
async function pagePolicy() {
  const [script, style] = await Promise.all(['page/start.js', 'page/style.css'].map(
      async (name) => hashOf(await readFile(join(siteFolder, name)))));
  const scripts = ["'self'", script, "'wasm-unsafe-eval'", ...Object.values(DEVELOPMENT_SCRIPTS)];
  return `default-src 'none'; script-src ${scripts.join(' ')}; style-src 'self' ${style}; ` +
      "img-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; " +
      "form-action 'none'";
}

const {browser, server} = await launchAndServe();
const elsewhere = await serve(siteFolder, {headers: {'Access-Control-Allow-Origin': '*'}});
after(() => elsewhere.close());

/** The headers of web/_headers. */
async function headersOfFile() {
  const text = await readFile(join(siteFolder, '_headers'), 'utf8');
  const [, ofAll] = /^\/\*\n((?: {2}.*\n)*)/m.exec(text);
  return Object.fromEntries([...ofAll.matchAll(/^ {2}([\w-]+): (.*)$/gm)].map(([, ...pair]) => pair));
}

/** Records violations of the policy, from before the page's own scripts. */
function countViolations(page) {
  return page.addInitScript(() => {
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) =>
      globalThis.violations.push(`${violatedDirective} ${blockedURI}`));
  });
}

const violations = (page) => page.evaluate(() => globalThis.violations);

test('the policy is the first thing that the page says, and is exactly this', async () => {
  const {page, close} = await open(browser, server.url, {javaScriptEnabled: false});
  const source = await readFile(join(siteFolder, 'index.html'), 'utf8');
  const metas = await page.evaluate((source) => {
    const {head} = new DOMParser().parseFromString(source, 'text/html');
    return [...head.children].slice(0, 3).map((meta) =>
      [meta.getAttribute('charset') ?? meta.httpEquiv ?? '', meta.name, meta.content]);
  }, source);
  assert.deepEqual(metas, [['utf-8', '', ''], ['Content-Security-Policy', '', await pagePolicy()],
    ['', 'referrer', 'no-referrer']]);
  await close();
});

test('of scripts, styles and event handlers only what the first paint needs is written into the page', async () => {
  const {page, close} = await open(browser, server.url, {javaScriptEnabled: false});
  const [source, start, style] = await Promise.all(['index.html', 'page/start.js', 'page/style.css'].map(
      (name) => readFile(join(siteFolder, name), 'utf8')));
  const found = await page.evaluate((source) => {
    const all = [...new DOMParser().parseFromString(source, 'text/html').querySelectorAll('*')];
    return {
      scripts: all.filter(({localName}) => localName === 'script')
          .map((each) => each.getAttribute('src') ?? each.textContent),
      styles: all.filter((each) => each.localName === 'style').map((each) => each.textContent),
      handlers: all.flatMap((each) => each.getAttributeNames()).filter((name) => /^on|^style$/.test(name)),
    };
  }, source);
  assert.deepEqual(found, {scripts: [start, 'page/app.js', 'page/reading.js'], styles: [style], handlers: []});
  await close();
});

test('headers say what only they can, the same in the file for hosts, the service worker and the guide', async () => {
  const headers = await headersOfFile();
  assert.equal(headers['Content-Security-Policy'], "connect-src 'self'; worker-src 'self'; frame-ancestors 'self'");
  assert.deepEqual(Object.keys(headers), ['Content-Security-Policy', 'Permissions-Policy',
    'Referrer-Policy', 'X-Content-Type-Options']);
  const code = await readFile(join(webFolder, 'service-worker.js'), 'utf8');
  const [, policies] = /const POLICIES = (\{.*?\n\});/s.exec(code);
  assert.deepEqual(new Function(`return ${policies}`)(), headers);
  const guide = await readFile(join(projectFolder, 'docs/hosting.md'), 'utf8');
  for (const [name, value] of Object.entries(headers)) {
    assert.ok(guide.includes(`\n  add_header ${name} "${value}" always;\n`), `nginx: ${name}`);
    assert.ok(guide.includes(`\n  header ${name} "${value}"\n`), `Caddy: ${name}`);
    assert.ok(guide.includes(`\n  Header always set ${name} "${value}"\n`), `Apache: ${name}`);
  }
});

/** Uses every feature of the page. */
async function useAll(page) {
  await drawWithMouse(page, placed(digits[4][0]));
  await page.click('#predict');
  await shows(page, '4');
  await page.click('#undo');
  await page.click('#redo');
  await page.locator('#brush').fill('8');
  await page.click('#clear');
  await drawWithMouse(page, [...placed(digits[4][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[2][0], {left: 150, top: 90, size: 100})]);
  await shows(page, '42');
  await page.locator('#pad').focus();
  for (const key of ['Space', 'ArrowDown', 'Space']) await page.keyboard.press(key);
  await page.locator('#keys summary').click();
  await page.locator('#inside > summary').click();
  await page.click('text=A test digit of MNIST');
  await page.locator('#inside .source', {hasText: 'is labelled'}).waitFor();
  await page.click('text=What matters here?');
  await page.locator('.occlusion canvas').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await openPhotograph(page, '25');
  await shows(page, '25');
  await page.click('#clear');
}

const deliveries = {'its own policy': async () => ({}), 'the headers as well': headersOfFile};
for (const [engine, start] of Object.entries({Chromium: launch, Firefox: launchFirefox})) {
  for (const [delivery, headers] of Object.entries(deliveries)) {
    test(`everything works under ${delivery}, ${engine}`, async (t) => {
      const own = engine === 'Chromium' ? browser : await start();
      if (own !== browser) t.after(() => own.close());
      const server = await serve(siteFolder, {headers: await headers()});
      t.after(() => server.close());
      const opened = await openReady(own, server.url, {setUp: countViolations});
      const {page} = opened;
      await useAll(page);
      assert.deepEqual(await violations(page), []);
      // Again, served by the service worker.
      await page.evaluate(async () => {
        const {active} = await navigator.serviceWorker.ready;
        while (active.state !== 'activated') await new Promise((later) => setTimeout(later, 20));
      });
      const response = await page.reload();
      assert.equal(await opened.state(), 'ready');
      const expected = await headersOfFile();
      for (const [name, value] of Object.entries(expected))
        assert.equal(response.headers()[name.toLowerCase()], value);
      await useAll(page);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(opened.printed.filter(({text}) => !/^Predicted /.test(text)), []);
      assert.deepEqual(opened.errors, []);
      await opened.close();
    });
  }
}

/** Attempts to get in or out. Each gets the address of another server. */
const intrusions = {
  'an inline script': () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.intruded = true';
    document.head.append(script);
  },
  'an inline event handler': () => {
    document.body.setAttribute('onclick', 'globalThis.intruded = true');
    document.body.click();
  },
  // In a later task, because the test's own evaluation may use eval.
  'eval': () => void setTimeout(() => {
    try {
      (0, eval)('globalThis.intruded = true');
    } catch {
      // Blocked, as expected.
    }
  }),
  'a function from text': () => void setTimeout(() => {
    try {
      new Function('globalThis.intruded = true')();
    } catch {
      // Blocked, as expected.
    }
  }),
  'a script': (url) => {
    const script = document.createElement('script');
    script.src = `${url}page/start.js`;
    document.head.append(script);
  },
  'a module': (url) => void import(`${url}download.js`).then(
      () => (globalThis.intruded = true), () => {}),
  'a script of a data URL': () => {
    const script = document.createElement('script');
    script.src = 'data:text/javascript,globalThis.intruded=true';
    document.head.append(script);
  },
  'an image': (url) => void (new Image().src = `${url}icon.svg`),
  'a fetch': (url) => void fetch(`${url}digits.json`).then(
      () => (globalThis.intruded = true), () => {}),
  'a beacon': (url) => void navigator.sendBeacon(`${url}digits.json`, 'what was drawn'),
  'a WebSocket': (url) => {
    try {
      new WebSocket(url.replace('http', 'ws'));
    } catch {
      // Blocked, as expected.
    }
  },
  'a frame': (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
  },
  'a form': (url) => {
    const form = document.createElement('form');
    form.action = url;
    document.body.append(form);
    form.submit();
  },
  'a worker of a blob': () => {
    try {
      new Worker(URL.createObjectURL(new Blob(['']))).onerror = () => {};
    } catch {
      // Blocked, as expected.
    }
  },
  'a style': (url) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `${url}page/style.css`;
    document.head.append(link);
  },
  'an inline style': () => {
    const style = document.createElement('style');
    style.textContent = 'h1 { display: none }';
    document.head.append(style);
  },
  'a base': (url) => {
    const base = document.createElement('base');
    base.href = url;
    document.head.append(base);
    if (document.baseURI === url) globalThis.intruded = true;
  },
  'an object': (url) => {
    const object = document.createElement('object');
    object.data = `${url}icon.svg`;
    document.body.append(object);
  },
};

test('nothing else gets in or out', async (t) => {
  const opened = await openReady(browser, server.url, {setUp: countViolations, serviceWorkers: 'block'});
  const {page} = opened;
  for (const [what, intrude] of Object.entries(intrusions)) {
    await t.test(what, async () => {
      await page.evaluate(() => {
        globalThis.violations.length = 0;
        globalThis.intruded = false;
      });
      elsewhere.requested.length = 0;
      await page.evaluate(intrude, elsewhere.url);
      await page.waitForFunction(() => globalThis.violations.length > 0, undefined, {timeout: 5000});
      assert.ok(!await page.evaluate(() => globalThis.intruded));
      assert.deepEqual(elsewhere.requested, []);
      assert.equal(page.url(), server.url);
    });
  }
  await opened.close();
});

test('a worker of another server cannot be had by any page', async () => {
  const {page, close} = await openReady(browser, server.url, {serviceWorkers: 'block'});
  elsewhere.requested.length = 0;
  const name = await page.evaluate((url) => {
    try {
      return void new Worker(url);
    } catch (error) {
      return error.name;
    }
  }, `${elsewhere.url}page/photo-worker.js`);
  assert.equal(name, 'SecurityError');
  assert.deepEqual(elsewhere.requested, []);
  await close();
});

test('with its headers the page is in no frame of another site, without them in any', async () => {
  const guarded = await serve(siteFolder, {headers: await headersOfFile()});
  const {page, close} = await open(browser, `${elsewhere.url}page/style.css`);
  const frame = (url) => page.evaluate((url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.replaceChildren(frame);
  }, url);
  const ready = page.frameLocator('iframe').locator('html[data-state=ready]');
  for (let visit = 0; visit < 2; ++visit) {
    await frame(server.url);
    await ready.waitFor();
  }
  const refused = page.waitForEvent('requestfailed', (request) => request.url() === guarded.url);
  await frame(guarded.url);
  await refused;
  await page.waitForFunction(() => !document.querySelector('iframe').contentDocument);
  assert.equal(await ready.count(), 0);
  assert.deepEqual(guarded.requested, ['index.html'], 'and it has begun nothing');
  await close();
  await guarded.close();
});

test('the recogniser and <numeral-pad> under just what the guide tells a page to allow', async (t) => {
  const guide = await readFile(join(projectFolder, 'docs/embedding.md'), 'utf8');
  const [, script, connect] = /`(script-src [^`]+)` and `(connect-src [^`]+)`/.exec(guide);
  const folder = await mkdtemp(join(tmpdir(), 'numeral-host-'));
  t.after(() => rm(folder, {recursive: true}));
  await cp(siteFolder, join(folder, 'numeral'), {recursive: true});
  await writeFile(join(folder, 'index.html'), `<!doctype html><title>A host</title>
    <form><numeral-pad name="count"></numeral-pad></form>
    <script type="module" src="numeral/numeral-pad.js"></script>`);
  const host = await serve(folder,
      {headers: {'Content-Security-Policy': `default-src 'none'; ${script}; ${connect}`}});
  t.after(() => host.close());
  const {page, errors, close} = await open(browser, host.url, {setUp: countViolations});
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  await drawWithMouse(page, placed(digits[5][0]), {canvas: 'numeral-pad >> canvas'});
  await page.waitForFunction(() => new FormData(document.forms[0]).get('count') === '5');
  const {height} = await page.locator('numeral-pad >> [part=pad]').boundingBox();
  assert.equal(height, 280, 'its style is there');
  assert.deepEqual(errors, []);
  assert.deepEqual((await violations(page)).filter((each) => !each.includes('favicon')), []);
  await close();
});

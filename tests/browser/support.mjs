// What the browser tests share: a static server that can be made to fail, Chromium, and a page
// whose console and requests are recorded.

import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, resolve} from 'node:path';
import {after} from 'node:test';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {chromium, firefox} from 'playwright-core';

export {freePort} from './free-port.mjs';

export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));
export const webFolder = join(projectFolder, 'web');
export const siteFolder = resolve(process.env.NUMERAL_SITE ?? join(projectFolder, 'build/site'));

if (!existsSync(join(siteFolder, 'numeral.wasm')))
  throw new Error(`${siteFolder}: there is no built page; run ./scripts/run.sh --build-only first`);

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const PAGE = '<!doctype html><title>Something else</title><p>No such luck.</p>';

/**
 * Ways to deliver a file, given the response and the file's content. `html`: a page in place of the file,
 * as servers send that answer everything with one page. `mistyped`: a wrong type, with sniffing forbidden.
 * `cut`: half the announced bytes, then the connection drops. `refused`: it drops at once. `held`: the
 * second half waits until the server's `release` is called. `trickling`: slower than 15 seconds, but never
 * silent. `stalled`: half of it, then nothing more; `unfinished`: all but its end. `compressed` and `tagged`
 * are no faults; `tagged` always confirms an old copy, as a server does that cannot tell it from a new one.
 */
const FAULTS = {
  missing: (response) => response.writeHead(404).end(),
  failing: (response) => response.writeHead(500, {'Content-Type': 'text/html'}).end(PAGE),
  html: (response) => response.writeHead(200, {'Content-Type': 'text/html'}).end(PAGE),
  mistyped: (response, content) => {
    const headers = {'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff'};
    response.writeHead(200, headers).end(content);
  },
  compressed: (response, content) => {
    response.writeHead(200, {'Content-Encoding': 'gzip', 'Vary': '*'}).end(gzipSync(content));
  },
  tagged: (response, content) => {
    const ETag = '"1"';
    if (response.req.headers['if-none-match'] === ETag) response.writeHead(304).end();
    else response.writeHead(200, {ETag}).end(content);
  },
  refused: (response) => response.destroy(),
  truncated: (response, content) => response.end(content.subarray(0, content.length >> 1)),
  altered: (response, content) => {
    const copy = Buffer.from(content);
    copy[copy.length >> 1] ^= 1;
    response.end(copy);
  },
  cut: (response, content) => {
    response.writeHead(200, {'Content-Length': content.length});
    response.write(content.subarray(0, content.length >> 1));
    setTimeout(() => response.destroy(), 100);
  },
  slow: async (response, content) => {
    response.writeHead(200, {'Content-Length': content.length});
    for (let part = 0; part < 10; ++part) {
      const edge = (index) => Math.round((content.length * index) / 10);
      response.write(content.subarray(edge(part), edge(part + 1)));
      await new Promise((later) => setTimeout(later, 30));
    }
    response.end();
  },
  trickling: async (response, content) => {
    response.writeHead(200, {'Content-Length': content.length});
    for (let part = 0; part < 9; ++part) {
      const edge = (index) => Math.round((content.length * index) / 9);
      response.write(content.subarray(edge(part), edge(part + 1)));
      await new Promise((later) => setTimeout(later, 2000));
    }
    response.end();
  },
  held: async (response, content, released) => {
    response.writeHead(200, {'Content-Length': content.length});
    response.write(content.subarray(0, content.length >> 1));
    await released;
    response.end(content.subarray(content.length >> 1));
  },
  unfinished: (response, content) => {
    response.writeHead(200, {'Content-Length': content.length});
    response.write(content.subarray(0, -1000));
  },
  stalled: (response, content) => {
    response.writeHead(200, {'Content-Length': content.length});
    response.write(content.subarray(0, content.length >> 1));
  },
};

/**
 * Serves a folder at `base`, with additional headers, on a port of its own or a given one. `faults` maps file
 * names to faults, and may be changed while it runs.
 */
export async function serve(folder, {base = '/', faults = {}, headers = {}, port: wanted = 0} = {}) {
  const requested = [], confirmed = [];
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const server = createServer(async (request, response) => {
    const {pathname} = new URL(request.url, 'http://server');
    const name = pathname.slice(base.length) || 'index.html';
    if (!pathname.startsWith(base) || !/^[\w./-]+$/.test(name)) return response.writeHead(404).end();
    requested.push(name);
    const content = await readFile(join(folder, name)).catch(() => null);
    if (!content) return response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[extname(name)] ?? 'application/octet-stream');
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    const fault = FAULTS[faults[name]];
    if (fault) fault(response, content, released);
    else response.end(content);
    if (response.statusCode === 304) confirmed.push(name);
  });
  await new Promise((listening) => server.listen(wanted, '127.0.0.1', listening));
  // A test that fails before closing its server must not keep the process alive.
  server.unref();
  const {port} = server.address();
  return {
    faults,
    /** The names of the requested files so far. */
    requested,
    /** The names of those that were answered with 304 Not Modified. */
    confirmed,
    /** Lets the files that are `held` arrive whole. */
    release,
    port,
    url: `http://127.0.0.1:${port}${base}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** A policy of a server's own, under which nothing inside a page is run. */
export const STRICT_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Starts the installed Chromium. */
export function launch({args = []} = {}) {
  const quiet = [
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ];
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...quiet, ...args],
  });
}

/** Starts the installed Firefox. `preferences` as in about:config. */
export function launchFirefox({preferences = {}} = {}) {
  return firefox.launch({
    channel: 'moz-firefox',
    firefoxUserPrefs: preferences,
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  });
}

/** Starts a browser and a server of the site, for the tests of a file. */
export async function launchAndServe(start = launch) {
  const [browser, server] = await Promise.all([start(), serve(siteFolder)]);
  after(() => Promise.all([browser.close(), server.close()]));
  return {browser, server};
}

/**
 * Waits until an asynchronous condition holds: `page.waitForFunction` would take the promise itself for a
 * yes.
 * @param {string} what it is, for the message of one that never holds
 * @param {() => Promise<unknown>} holds
 */
export async function until(what, holds, {timeout = 120_000} = {}) {
  const ended = performance.now() + timeout;
  while (!await holds()) {
    if (performance.now() > ended) throw new Error(`not within ${timeout / 1000} seconds: ${what}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

/**
 * Opens a URL in a context of its own. `setUp(page)` runs before.
 * Returns the page, its console lines and its requests so far.
 */
export async function open(browser, url, {setUp = () => {}, ...contextOptions} = {}) {
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  const printed = [], errors = [], requests = [];
  page.on('console', (message) => printed.push({type: message.type(), text: message.text()}));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await setUp(page);
  await page.goto(url, {waitUntil: 'commit'});
  return {
    page,
    context,
    printed,
    errors,
    requests,
    /** The console lines that announce an answer. */
    predictions: () => printed.map(({text}) => text).filter((text) => /^Predicted /.test(text)),
    /** The page's state after loading: ready or error. */
    state: async (timeout = 20000) => {
      await page.waitForFunction(
          () => !['loading', undefined].includes(document.documentElement?.dataset.state),
          undefined, {timeout});
      return page.evaluate(() => document.documentElement.dataset.state);
    },
    result: () => page.locator('#result').textContent(),
    problem: () => page.locator('#problem').textContent(),
    close: () => context.close(),
  };
}

/** Opens a URL and waits until the recogniser is ready. */
export async function openReady(browser, url, options) {
  const opened = await open(browser, url, options);
  const state = await opened.state();
  if (state !== 'ready') throw new Error(`the page is not ready: ${await opened.problem()}`);
  return opened;
}

/**
 * Draws strokes, lists of [x, y] in the pad's pixels, with the mouse. `steps`: the moves that each
 * piece of a stroke is divided into. `canvas`: the selector of the pad.
 */
export async function drawWithMouse(page, strokes, {steps = 2, canvas = '#pad'} = {}) {
  const {x: left, y: top, width} = await page.locator(canvas).boundingBox();
  const scale = width / 280;
  const move = ([x, y], options) =>
    page.mouse.move(left + x * scale, top + y * scale, options);
  for (const [first, ...rest] of strokes) {
    await move(first);
    await page.mouse.down();
    for (const point of rest) await move(point, {steps});
    await page.mouse.up();
  }
}

/** Presses Predict, and returns the console lines that announce an answer. */
export async function predict({page, predictions, printed}) {
  printed.length = 0;
  await page.click('#predict');
  await page.evaluate(() => 0);
  return predictions();
}

/** Has the page run from the modules of web/page/, one by one: the build makes larger files of them. */
export const withSources = (page) => page.route(/\/page\/\w+\.js$/, async (route) => {
  const name = new URL(route.request().url()).pathname.split('/').pop();
  if (name === 'start.js') return route.fallback();
  await route.fulfill({path: join(webFolder, 'page', name), contentType: 'text/javascript'});
});

/** Waits until the page shows this answer. */
export const shows = (page, text) => page.waitForFunction(
    (text) => document.getElementById('result').textContent === text, String(text));

/** How many connected components of ink are on the pad. */
export const componentCount = async (page) => (await inkOf(page)).components;

/**
 * What is on the pad: how many connected components of ink, how many pixels of it (of 280 x 280), and
 * whether there is ink at given points.
 */
export function inkOf(page, points = []) {
  return page.evaluate((points) => {
    const pad = document.getElementById('pad');
    const {width, height} = pad;
    const {data} = pad.getContext('2d').getImageData(0, 0, width, height);
    const scale = width / 280;
    const isInk = (index) => data[index * 4 + 3] > 127;

    const seen = new Uint8Array(width * height);
    let components = 0;
    for (let start = 0; start < seen.length; ++start) {
      if (seen[start] || !isInk(start)) continue;
      ++components;
      const waiting = [start];
      seen[start] = 1;
      while (waiting.length) {
        const index = waiting.pop();
        const x = index % width, y = (index - x) / width;
        for (const [nextX, nextY] of [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]]) {
          const next = nextY * width + nextX;
          if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height) continue;
          if (seen[next] || !isInk(next)) continue;
          seen[next] = 1;
          waiting.push(next);
        }
      }
    }
    // As much of each pixel as is covered.
    const covered = data.reduce((sum, level, i) => (i % 4 === 3 ? sum + level / 255 : sum), 0);
    return {
      components,
      pixels: Math.round(covered / scale ** 2),
      at: points.map(([x, y]) => isInk(Math.round(y * scale) * width + Math.round(x * scale))),
    };
  }, points);
}

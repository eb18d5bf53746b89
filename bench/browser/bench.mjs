// Numeral and its peers in one Chromium, in turn, round after round.
//
//   node bench.mjs [--rounds N] [--visits local,slow,tls] [--peer WORDS]... [--out FILE]
//
// All ten rounds of everything take one and a half hours, most of it on slow networks. With --visits only such
// visits are made besides the cold one that the others need; with --peer only peers whose names have these words
// take part.
//
// The servers are this program's own, over HTTP/1.1; then Caddy before them, over TLS, with HTTP/1.1 and HTTP/2.
// Prints tables, and writes all figures as JSON. Times are in milliseconds; each is measured once a
// round (warm answers: 200 times), and the table shows the median and the quartiles.

import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {availableParallelism, cpus} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';
import {prepare} from './contenders.mjs';
import {serve} from './server.mjs';
import {PROTOCOLS, serveWithTls} from './tls.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const project = join(here, '../..');
const {values: options} = parseArgs({options: {
  rounds: {type: 'string', default: '10'},
  visits: {type: 'string', default: 'local,slow,tls'},
  peer: {type: 'string', multiple: true, default: ['']},
  out: {type: 'string', default: join(project, 'build/bench/browser.json')},
}});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: expected a number from 1 on');

/** Answers per warm-latency measurement, after a warm-up. */
const ANSWERS = 200, WARM_UP = 50;

const chosen = options.visits.split(',');
for (const kind of chosen)
  if (!['local', 'slow', 'tls'].includes(kind)) throw new Error(`--visits: no visits are called '${kind}'`);
const isChosen = (kind) => chosen.includes(kind);

/**
 * Kinds of visit without TLS: with nothing kept; again, with the browser's HTTP cache alone; with nothing kept on
 * a slow network and a slow device. With TLS, for each version of HTTP: with nothing kept, and that on a slow
 * network. And the moments of each.
 */
const PLAIN = ['cold', ...isChosen('local') ? ['second'] : [], ...isChosen('slow') ? ['slow'] : []];
const WITH_TLS = isChosen('tls') ? ['cold', 'fast3g'].flatMap(
    (kind) => Object.keys(PROTOCOLS).map((protocol) => `${kind}, ${protocol}`)) : [];
const VISITS = [...PLAIN, ...WITH_TLS];
const MOMENTS = ['paint', 'ink', 'ready', 'answered'];

/** Largest difference between networks that are said to be the same. */
const TOLERANCE = 1e-4;

/** Chromium's own "Fast 3G", and a slow telephone on it: a quarter of the processor. */
const FAST_3G = {latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375, cpu: 1};
const SLOW = {...FAST_3G, cpu: 4};

/** Draws a 7 on Numeral's page as soon as that takes ink, and marks when it did, is ready and has answered. */
function driveNumeral() {
  const element = (id) => document.getElementById(id);
  const isMarked = (name) => performance.getEntriesByName(name).length > 0;
  const draw = () => {
    const pad = element('pad');
    const {left, top, width} = pad.getBoundingClientRect();
    const send = (type, [x, y]) => pad.dispatchEvent(new PointerEvent(type, {
      pointerId: 1, button: 0, isPrimary: true,
      clientX: left + (x * width) / 280, clientY: top + (y * width) / 280,
    }));
    pad.setPointerCapture = () => {};
    send('pointerdown', [80, 60]);
    for (const point of [[200, 60], [160, 140], [120, 220]]) send('pointermove', point);
    send('pointerup', [120, 220]);
    if (element('undo').getAttribute('aria-disabled') === 'false') performance.mark('ink');
  };
  const observer = new MutationObserver(() => {
    if (!isMarked('ink') && element('predict')?.disabled === false) draw();
    if (!isMarked('ready') && document.documentElement.dataset.state === 'ready') performance.mark('ready');
    if (element('result')?.textContent !== '7') return;
    observer.disconnect();
    performance.mark('answered');
  });
  observer.observe(document, {subtree: true, childList: true, attributes: true});
}

/** Defines what the measurements call on Numeral's page, as pages/drawing.mjs does on others. */
async function exposeNumeral() {
  const {pixels} = await import('./drawing.mjs');
  const {Recognizer} = await import('./numeral.js');
  const recognizer = await Recognizer.load();
  const recognize = (image) => recognizer.recognize(image);
  const answer = (image) => recognize(image).probabilities;
  Object.assign(globalThis, {pixels, recognize, answer});
}

const quantile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
};
const spread = (values) => ({
  median: quantile(values, 0.5), low: quantile(values, 0.25), high: quantile(values, 0.75),
});

/** Memory (proportional set size) of a page's process, in MiB. */
async function memoryOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const {processInfo} = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  let largest = 0;
  for (const {type, id} of processInfo) {
    if (type !== 'renderer') continue;
    const smaps = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
    largest = Math.max(largest, Number(/^Pss: +(\d+)/m.exec(smaps)[1]) / 1024);
  }
  return largest;
}

/** Says in the console when the page has answered. */
function sayWhenAnswered() {
  new PerformanceObserver((list) => {
    if (list.getEntries().some(({name}) => name === 'answered')) console.log('answered');
  }).observe({type: 'mark', buffered: true});
}

/** Waits for a page's first answer. @returns when what was, in milliseconds since it was asked for */
async function timesOf(page, url) {
  // Asking the page again and again would take time from it: 20 to 40 ms in the middle of its start.
  const answered = page.waitForEvent('console',
      {predicate: (message) => message.text() === 'answered', timeout: 180_000});
  await page.goto(url, {waitUntil: 'commit'});
  await answered;
  return page.evaluate(() => {
    const at = (name) => performance.getEntriesByName(name)[0]?.startTime;
    return {
      paint: at('first-contentful-paint'), ink: at('ink'), ready: at('ready'), answered: at('answered'),
      protocol: performance.getEntriesByType('navigation')[0].nextHopProtocol,
    };
  });
}

/**
 * Opens a page in a fresh profile and waits for its first answer; returns the times too.
 * @param {{slow?: object, url?: string}} [how] `slow`: on such a network and device
 */
async function visit(browser, {name, url: own}, {slow, url = own} = {}) {
  const context = await browser.newContext({serviceWorkers: 'block'});
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw new Error(`${name}: ${error.message}`);
  });
  if (slow) {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {offline: false, ...slow});
    await session.send('Emulation.setCPUThrottlingRate', {rate: slow.cpu});
  }
  await page.addInitScript(sayWhenAnswered);
  if (name === 'Numeral') await page.addInitScript(driveNumeral);
  return {context, page, times: await timesOf(page, url)};
}

/** The times of the visits with TLS. */
async function timesWithTls(browser, contender) {
  const times = {};
  for (const [protocol, {browser: expected}] of Object.entries(PROTOCOLS)) {
    for (const [kind, slow] of [['cold'], ['fast3g', FAST_3G]]) {
      const visited = await visit(browser, contender, {slow, url: contender.urls[protocol]});
      await visited.context.close();
      if (visited.times.protocol !== expected)
        throw new Error(`${contender.name}: expected ${expected}, found ${visited.times.protocol}`);
      times[`${kind}, ${protocol}`] = visited.times;
    }
  }
  return times;
}

/** Latencies of many answers: from pixels and, if possible, of the network alone. */
function timeAnswers({answers, warmUp, withNetwork}) {
  const image = globalThis.pixels();
  const time = async (action) => {
    const times = [];
    for (let i = 0; i < warmUp + answers; ++i) {
      const start = performance.now();
      await action();
      if (i >= warmUp) times.push(performance.now() - start);
    }
    return times;
  };
  const input = new Float32Array(784).map((_, i) => ((i * 37) % 101) / 101);
  return (async () => ({
    answer: await time(() => globalThis.answer(image)),
    network: withNetwork && globalThis.infer ? await time(() => globalThis.infer(input)) : null,
  }))();
}

/**
 * The duration of each step of Numeral's answer inside WebAssembly, in milliseconds, and the processor's
 * peak rate of SIMD multiply-adds per millisecond.
 */
async function timeSteps(calls) {
  const {pixels} = await import('./drawing.mjs');
  const module = await (await import('./wasm_bench.js')).default();
  const copy = (bytes) => {
    const address = module._bench_allocate(bytes.length);
    module.HEAPU8.set(bytes, address);
    return [address, bytes.length];
  };
  const file = async (name) => copy(new Uint8Array(await (await fetch(name)).arrayBuffer()));
  if (!module._bench_create(...await file('digits.ort')))
    throw new Error('wasm_bench does not take the model');
  const {data, width, height} = pixels();
  const [canvas] = copy(data);
  const time = (action) => {
    const times = [];
    for (let i = 0; i < 2 * calls; ++i) {
      const start = performance.now();
      // Several calls, because browsers coarsen their clock.
      for (let k = 0; k < 50; ++k) action();
      times.push((performance.now() - start) / 50);
    }
    // The first half ran partly in baseline-compiled code.
    return times.slice(calls).toSorted((a, b) => a - b)[Math.floor(calls / 2)];
  };
  return {
    peak: module._bench_multiply_add() / time(module._bench_multiply_add),
    preprocess: time(() => module._bench_preprocess(canvas, width, height)),
    infer: time(module._bench_infer),
  };
}

/** The largest difference of probabilities from Numeral's, for the same inputs. */
async function compare(browser, contenders) {
  const pictures = (page) => page.evaluate(async () => {
    const canvas = new OffscreenCanvas(280, 280);
    const context = canvas.getContext('2d', {willReadFrequently: true});
    const results = [];
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let i = 0; i < 50; ++i) {
      context.fillStyle = 'white';
      context.fillRect(0, 0, 280, 280);
      context.lineWidth = 10 + 10 * random();
      context.beginPath();
      for (let k = 0; k < 5; ++k) context.lineTo(40 + 200 * random(), 40 + 200 * random());
      context.stroke();
      const {input, probabilities} = globalThis.recognize(context.getImageData(0, 0, 280, 280));
      results.push({input: [...input], probabilities: [...probabilities]});
    }
    return results;
  });
  const [numeral, ...peers] = contenders;
  const own = await visit(browser, numeral);
  await own.page.evaluate(exposeNumeral);
  const expected = await pictures(own.page);
  await own.context.close();
  for (const peer of peers.filter(({isSame}) => isSame)) {
    const {context, page} = await visit(browser, peer);
    const apart = await page.evaluate(async (expected) => {
      let largest = 0;
      for (const {input, probabilities} of expected) {
        const found = await globalThis.infer(Float32Array.from(input));
        probabilities.forEach((p, i) => (largest = Math.max(largest, Math.abs(p - found[i]))));
      }
      return largest;
    }, expected);
    await context.close();
    peer.apart = apart;
    if (!(apart <= TOLERANCE))
      throw new Error(`${peer.name}: probabilities differ from Numeral's by up to ${apart}`);
  }
}

const everyone = await prepare(join(project, 'build/bench/contenders'));
const contenders = everyone.filter(
    ({name}, index) => index === 0 || options.peer.some((words) => name.includes(words)));
for (const contender of contenders) {
  contender.server = await serve(contender.folder, {
    'drawing.mjs': join(here, 'pages/drawing.mjs'),
    ...Object.fromEntries(['wasm_bench.js', 'wasm_bench.wasm'].map(
        (name) => [name, join(project, 'build/wasm/bin', name)])),
  });
  contender.url = contender.server.url;
  contender.rounds = [];
}
const tls = await serveWithTls(contenders.map(({url}) => url));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: process.getuid?.() !== 0,
  // Where errors of a certificate are only ignored, Chromium keeps nothing in its HTTP cache.
  args: ['--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--enable-unsafe-swiftshader', `--ignore-certificate-errors-spki-list=${tls.trusted}`],
});
for (const [index, contender] of contenders.entries()) {
  contender.urls = tls.urls[index];
  // A warm-up: the server compresses its files.
  await (await visit(browser, contender)).context.close();
  contender.wire = await contender.server.takeRequested();
}
await compare(browser, contenders);

const steps = [];
for (let round = 1; round <= rounds; ++round) {
  for (const contender of contenders) {
    const {context, page, times} = await visit(browser, contender);
    if (contender.name === 'Numeral') await page.evaluate(exposeNumeral);
    const memory = await memoryOf(browser);
    const steady = await page.evaluate(timeAnswers, {answers: ANSWERS, warmUp: WARM_UP,
      withNetwork: true});
    await page.evaluate(timeAnswers, {answers: 1000 - ANSWERS - WARM_UP, warmUp: 0});
    const memoryAfter = await memoryOf(browser);
    if (contender.name === 'Numeral') steps.push(await page.evaluate(timeSteps, 100));
    const measured = {cold: times, steady, memory, memoryAfter};
    if (isChosen('local')) measured.second = await timesOf(page, contender.url);
    await context.close();
    if (isChosen('slow')) {
      const slow = await visit(browser, contender, {slow: SLOW});
      await slow.context.close();
      measured.slow = slow.times;
    }
    if (isChosen('tls')) Object.assign(measured, await timesWithTls(browser, contender));
    contender.rounds.push(measured);
  }
  process.stderr.write(`round ${round} of ${rounds}\n`);
}

const all = (contender, pick) => contender.rounds.map(pick);
const results = contenders.map((contender) => {
  const steady = (kind) => contender.rounds.flatMap(({steady}) => steady[kind] ?? []);
  const percentiles = (times) => times.length
      ? {p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99)} : null;
  return {
    name: contender.name,
    apart: contender.apart,
    wire: contender.wire,
    visits: Object.fromEntries(VISITS.map((kind) => [kind, Object.fromEntries(MOMENTS.map(
        (moment) => [moment, spread(all(contender, (round) => round[kind][moment]))]))])),
    answer: percentiles(steady('answer')),
    network: percentiles(steady('network')),
    memory: spread(all(contender, ({memory}) => memory)),
    memoryAfter: spread(all(contender, ({memoryAfter}) => memoryAfter)),
  };
});

const numeral = results[0].visits;
const kilobytes = (bytes) => (bytes / 1000).toFixed(0);
const milliseconds = ({median, low, high}) =>
  `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
const exact = (times) => times
    ? [times.p50, times.p95, times.p99].map((time) => time.toFixed(2)).join(' / ') : '–';
const table = (head, rows) => {
  console.log(`\n| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
};
table(['First visit', 'requests', 'KB', 'gzip', 'brotli'], results.map(({name, wire}) => [
  name, wire.requests, ...[wire.identity, wire.gzip, wire.brotli].map(kilobytes)]));
const answerTable = (title, kinds) => table([title, ...kinds.flatMap((kind) => [kind, 'of Numeral\'s'])],
    results.map(({name, visits}) => [name, ...kinds.flatMap((kind) => [milliseconds(visits[kind].answered),
      (visits[kind].answered.median / numeral[kind].answered.median).toFixed(2)])]));
answerTable('First answer, ms', PLAIN);
if (WITH_TLS.length) answerTable('First answer with TLS, ms', WITH_TLS);
// The peers' pages paint nothing before their answer, and take no ink.
table(['Numeral, ms', ...MOMENTS], VISITS.map((kind) =>
  [kind, ...MOMENTS.map((moment) => milliseconds(numeral[kind][moment]))]));
table(['Steady', 'pixels to probabilities, ms (p50 / p95 / p99)', 'network alone, ms',
  'memory, MiB', 'after 1,000 answers'],
results.map(({name, answer, network, memory, memoryAfter}) => [
  name, exact(answer), exact(network), milliseconds(memory), milliseconds(memoryAfter)]));


const {multiplications} = everyone.find((each) => each.isSame && each.multiplications);
const step = (name) => spread(steps.map((each) => each[name]));
const peak = step('peak').median;
const inference = multiplications / step('infer').median;
const billions = (perMillisecond) => (perMillisecond / 1e6).toFixed(1);
table(['Inside WebAssembly', 'ms', 'billion multiplications a second'], [
  ['preprocessing', step('preprocess').median.toFixed(3), ''],
  // Winograd's convolutions take fewer.
  [`inference, by the definition ${multiplications}`, step('infer').median.toFixed(3), billions(inference)],
  ['SIMD registers alone', '', billions(peak)],
]);

await mkdir(dirname(options.out), {recursive: true});
const report = {
  date: new Date().toISOString(),
  browser: `Chromium ${browser.version()}`,
  processor: cpus()[0].model, threads: availableParallelism(), node: process.version,
  rounds, answers: ANSWERS, slow: SLOW, results,
  steps: {
    multiplications, peak: step('peak'), preprocess: step('preprocess'),
    infer: step('infer'),
  },
};
await writeFile(`${options.out}.partial`, JSON.stringify(report, null, 2));
await rename(`${options.out}.partial`, options.out);
await browser.close();
await tls.close();
await Promise.all(contenders.map(({server}) => server.close()));

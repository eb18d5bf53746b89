// Damaged files of the recogniser: the page says so and reads nothing. A damaged model with a matching
// card may give wrong answers, but breaks nothing else.
//
// NUMERAL_CORRUPTIONS is the number of copies of each file; tests/README.md reports 1,000.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, open, siteFolder} from './support.mjs';

const COUNT = Number(process.env.NUMERAL_CORRUPTIONS ?? 25);
const TIMEOUT = {timeout: 300_000 + COUNT * 2000};

const {browser, server} = await launchAndServe();

/** A seeded generator of numbers from 0 to 1: Mulberry32. */
function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kinds of damage; `below(n)` gives a random integer below n. */
const DAMAGES = {
  bits: (content, below) => {
    const copy = Buffer.from(content);
    for (let i = 1 + below(8); i > 0; --i) copy[below(copy.length)] ^= 1 << below(8);
    return copy;
  },
  truncation: (content, below) => content.subarray(0, below(content.length)),
  swap: (content, below) => {
    const copy = Buffer.from(content);
    const size = 1 + below(Math.min(4096, content.length >> 1));
    const [a, b] = [below(content.length - size), below(content.length - size)];
    content.copy(copy, a, b, b + size);
    content.copy(copy, b, a, a + size);
    return copy;
  },
};

/** A damaged copy of a file, different from the original. */
function damaged(content, kind, random) {
  const below = (limit) => Math.floor(random() * limit);
  for (;;) {
    const result = DAMAGES[kind](content, below);
    if (!result.equals(content)) return result;
  }
}

const kindOf = (index) => Object.keys(DAMAGES)[index % 3];

for (const file of ['digits.ort', 'numeral.wasm']) {
  test(`${COUNT} damaged copies of ${file}`, TIMEOUT, async () => {
    const content = await readFile(join(siteFolder, file));
    const random = randomFrom(1);
    let body = content;
    const opened = await open(browser, 'about:blank', {
      serviceWorkers: 'block',
      setUp: (page) => page.route(`**/${file}`, (route) => route.fulfill(
          {body, contentType: 'application/wasm'})),
    });
    const {page} = opened;
    for (let i = 0; i < COUNT; ++i) {
      body = damaged(content, kindOf(i), random);
      await page.goto(server.url, {waitUntil: 'commit'});
      assert.equal(await opened.state(60_000), 'error', `copy ${i}`);
      assert.match(await opened.problem(),
          new RegExp(`^${file}: it does not match its SHA-256`), `copy ${i}`);
    }
    assert.deepEqual(opened.predictions(), []);

    body = content;
    opened.errors.length = 0;
    await page.goto(server.url);
    assert.equal(await opened.state(), 'ready');
    await drawWithMouse(page, placed(digits[6][0]));
    await page.click('#predict');
    assert.deepEqual(opened.predictions(), ['Predicted Digit: 6']);
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });
}

/**
 * Loads each model of a folder and reads a picture with it, in a process of its own. Prints one line per
 * model: what it read, or its error.
 */
const LOADER = `
  import {readdirSync} from 'node:fs';
  import {pathToFileURL} from 'node:url';
  const [site, folder] = process.argv.slice(1);
  const {Recognizer} = await import(pathToFileURL(site + '/numeral.js'));
  const data = new Uint8ClampedArray(100 * 100 * 4).fill(255);
  for (let y = 20; y < 80; ++y) data.fill(0, (y * 100 + 48) * 4, (y * 100 + 54) * 4);
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.ort'))) {
    try {
      const recognizer = await Recognizer.load({model: pathToFileURL(folder + '/' + name)});
      const reading = recognizer.read({data, width: 100, height: 100});
      console.log(JSON.stringify({name, digits: reading.digits.length}));
      recognizer.dispose();
    } catch (error) {
      console.log(JSON.stringify({name, error: error.name, message: error.message}));
    }
  }`;

test(`${COUNT * 4} damaged models whose cards vouch for them`, TIMEOUT, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-'));
  t.after(() => rm(folder, {recursive: true}));
  const model = await readFile(join(siteFolder, 'digits.ort'));
  const card = JSON.parse(await readFile(join(siteFolder, 'digits.json'), 'utf8'));
  const random = randomFrom(2);
  for (let i = 0; i < COUNT * 4; ++i) {
    const content = damaged(model, kindOf(i), random);
    const sha256 = {...card.sha256, ort: createHash('sha256').update(content).digest('hex')};
    await writeFile(join(folder, `model${i}.ort`), content);
    await writeFile(join(folder, `model${i}.json`), JSON.stringify({...card, sha256}));
  }
  const {stdout} = await promisify(execFile)(process.execPath,
      ['--input-type=module', '--eval', LOADER, siteFolder, folder],
      {timeout: 60_000 + COUNT * 2000, maxBuffer: 1 << 26});
  const outcomes = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  assert.equal(outcomes.length, COUNT * 4, 'none of them ended the process');
  for (const outcome of outcomes) {
    if (outcome.error) assert.equal(outcome.error, 'NumeralError', JSON.stringify(outcome));
    else assert.equal(outcome.digits, 1);
  }
  assert.ok(outcomes.some(({error}) => error), 'some were refused');
});

#!/usr/bin/env node
// Mutation testing: small faults are put into the code one at a time, and the tests should fail.
//
//   node tests/mutation/mutate.mjs SEED COUNT BUILD TEST FILE...
//
// Tries COUNT faults in FILEs and prints what became of each. BUILD and TEST are shell commands that run
// in the build environment. A fault counts if BUILD passes with it; it is noticed if TEST fails, or takes
// four times as long as without a fault. SEED decides on the faults: the same sources get the same ones.
// For example:
//
//   NUMERAL_PACKAGES="page native test" NUMERAL_PROJECT=$PWD node tests/mutation/mutate.mjs 1 20 \
//       "cmake --build --preset native --target src_tests" "ulimit -v 6000000; build/native/bin/src_tests --abort" src/core/*.cpp
//   NUMERAL_PACKAGES="page native test" NUMERAL_SITE=$PWD/build/site node tests/mutation/mutate.mjs 1 20 \
//       "cmake --build --preset wasm" "node --test tests/browser/tools.test.mjs" web/pad.js web/page/app.js
//
// It changes the FILEs of the working tree and restores them. Do nothing else there meanwhile.

import {execFileSync, spawn} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(project);

/** Numbers from 0 to below 1 (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pairs = (...words) => Object.fromEntries(words.flatMap(([a, b]) => [[a, b], [b, a]]));
const OPPOSITE = pairs(['true', 'false'], ['std::min', 'std::max'], ['Math.min', 'Math.max'], ['std::floor', 'std::ceil'],
    ['Math.floor', 'Math.ceil'], ['all_of', 'any_of'], ['every', 'some'], ['width', 'height'], ['left', 'right'],
    ['top', 'bottom'], ['first', 'second']);
const BOUNDARY = pairs(['<', '<='], ['>', '>=']);
const REVERSED = pairs(['<', '>='], ['>', '<='], ['==', '!='], ['===', '!=='], ['&&', '||']);
const ARITHMETIC = {...pairs(['+', '-'], ['*', '/'], ['+=', '-='], ['++', '--']), '%': '*'};

/** The mutation operators: what each replaces in a line, and by what. */
const OPERATORS = {
  boundary: [/(?<= )[<>]=?(?= )/g, (sign) => BOUNDARY[sign]],
  reversed: [/(?<= )(?:[<>]=?|[!=]==?|&&|\|\|)(?= |$)/g, (sign) => REVERSED[sign]],
  arithmetic: [/(?<= )(?:[-+]=?|[*/%])(?= )|\+\+|--/g, (sign) => ARITHMETIC[sign]],
  opposite: [new RegExp(`\\b(?:${Object.keys(OPPOSITE).join('|')})\\b`, 'g'), (word) => OPPOSITE[word]],
  number: [/(?<![\w.'])\d+(?:\.\d+)?f?(?![\w.'])/g, (number) => (number.includes('.') ? `${number} * 2` : `(${number} + 1)`)],
  condition: [/(?<=\bif \().+(?=\) ?(?:\{|[^()]*;)?$)/g, (condition) => `!(${condition})`],
  result: [/(?<=\breturn ).*(?: (?:[<>]=?|[!=]==?|&&|\|\|) |^!).*(?=;$)/g, (value) => `!(${value})`],
  statement: [/(?<=^ +)(?!return\b)[\w.:>#-]+(?:\(.*\)| [-+*/|&]?= .*);$/g, () => ';'],
  await: [/\bawait (?!import)/g, () => ''],
};

/** Lines in which a fault would change nothing, or only a message. */
const UNIMPORTANT = /^\s*(?:\/\/|\/?\*|#|using|namespace|import|template|export \{)|\bfail\(|Error\(|spdlog::|console\.|static_assert|reserve\(|to_string\(/;

/** All faults that a line can have. Comments and texts have none. */
function faultsOf(line) {
  if (UNIMPORTANT.test(line)) return [];
  const code = line.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\/.*/g, (text) => text[0].repeat(text.length));
  return Object.entries(OPERATORS).flatMap(([operator, [pattern, replacement]]) =>
    [...code.matchAll(pattern)].map(({index, 0: {length}}) => {
      const changed = replacement(line.slice(index, index + length));
      return {operator, after: line.slice(0, index) + changed + line.slice(index + length)};
    }));
}

/** Whether a shell command passes in the build environment, within so many milliseconds. */
const passes = (command, timeout) => new Promise((resolve) => {
  const limit = timeout ? ['timeout', String(Math.ceil(timeout / 1000))] : [];
  spawn('scripts/box', [...limit, 'bash', '-c', command], {stdio: 'ignore'})
      .on('close', (status) => resolve(status === 0));
});

const [seed, count, build, test, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: mutate.mjs SEED COUNT BUILD TEST FILE...');
  process.exit(2);
}
if (execFileSync('git', ['status', '--porcelain', ...files], {encoding: 'utf8'})) {
  console.error('These files have changes: commit them first.');
  process.exit(2);
}
const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const restore = () => sources.forEach((text, file) => {
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
});
process.on('exit', restore);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const began = performance.now();
if (!(await passes(build)) || !(await passes(test))) {
  console.error('BUILD or TEST fails without a fault.');
  process.exit(1);
}
const limit = 4 * (performance.now() - began) + 60_000;

const random = generator(Number(seed));
const lines = files.flatMap((file) => sources.get(file).split('\n')
    .map((before, i) => ({file, number: i + 1, before, faults: faultsOf(before), order: random()}))
    .filter(({faults}) => faults.length > 0));
lines.sort((a, b) => a.order - b.order);
const outcomes = {noticed: 0, unnoticed: 0};
for (const {file, number, before, faults} of lines) {
  if (outcomes.noticed + outcomes.unnoticed >= count) break;
  const {operator, after} = faults[Math.floor(random() * faults.length)];
  const changed = sources.get(file).split('\n').with(number - 1, after).join('\n');
  writeFileSync(file, changed);
  const outcome = !(await passes(build)) ? 'does not build' : await passes(test, limit) ? 'unnoticed' : 'noticed';
  restore();
  ++outcomes[outcome];
  console.log(`${file}:${number}, ${operator}: ${outcome}\n    - ${before.trim()}\n    + ${after.trim()}`);
}
console.log(`${outcomes.noticed} of ${outcomes.noticed + outcomes.unnoticed} faults were noticed`);

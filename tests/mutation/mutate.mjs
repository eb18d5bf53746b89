#!/usr/bin/env node
// Mutation testing: small faults are put into the code one at a time, and the tests should fail.
//
//   node tests/mutation/mutate.mjs list PART SEED COUNT
//   node tests/mutation/mutate.mjs run PART SEED COUNT [FILE...]
//   node tests/mutation/mutate.mjs again PART SEED [NUMBER...]
//   node tests/mutation/mutate.mjs summary
//
// PART is src, torch_onnx, train or web; of it only FILEs, if there are any. SEED decides on the faults; the same
// sources get the same ones. `run` appends each result to results.jsonl at once, and goes on there when it
// is called again. `again` repeats the faults that went unnoticed, after tests were written. `summary`
// writes results.md, where a person fills in the verdicts; it keeps those that are there already.
//
// It changes files of the working tree that it is in and restores them. Use a tree in which nothing else
// is done meanwhile. The native build (and for web/ the page and the packages of tests/browser) is made
// first, as HACKING.md says. `taskset -c 1 node ...` keeps it on one core.

import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const project = join(here, '../..');
const resultsFile = join(here, 'results.jsonl');
const summaryFile = join(here, 'results.md');

/** Faults are tried in a part of the lines until one of them is valid, but not more often. */
const MOST_TRIES = 6;

/** Lines of a statement that is removed, at most. */
const MOST_LINES = 6;

/** Of a line in the lists, characters around the change. */
const SHOWN = 100;

/** What is only built to WebAssembly, needs a GPU, or is an example: no native test could notice. */
const NOT_BUILT = /\/wasm\/|_wasm\.cpp$|\/mixed_precision_\w+\.cpp$|\/examples\//;

const PARTS = {
  src: {ending: /\.(cpp|h)$/, language: 'cpp'},
  // All that includes a header of these would be compiled anew, for minutes.
  torch_onnx: {ending: /\.cpp$/, language: 'cpp'},
  train: {ending: /\.cpp$/, language: 'cpp'},
  web: {ending: /\.js$/, language: 'js'},
};

/** Tests that start whole trainings: minutes. They are not run for faults elsewhere. */
const LONG_TESTS = ['numeral_train_test', 'numeral_train_faults_test'];

/** The browser tests that can notice a fault in a module, the quick ones first. */
const BROWSER_TESTS = {
  answer: ['answer', 'number', 'texts', 'recognition', 'accessibility', 'photo'],
  app: ['tools', 'drawing', 'keyboard', 'number', 'recognition', 'loading', 'recovery', 'errors', 'photo'],
  download: ['download', 'loading', 'corruption', 'errors', 'start', 'offline'],
  keyboard: ['keyboard', 'accessibility', 'tools'],
  loading: ['loading', 'download', 'errors', 'start', 'corruption'],
  'numeral-pad': ['numeral-pad', 'recovery', 'firefox'],
  numeral: ['module', 'recovery', 'loading', 'numeral-pad', 'corruption', 'number', 'photo', 'photo-worker'],
  offline: ['offline', 'storage'],
  pad: ['tools', 'drawing', 'keyboard', 'numeral-pad', 'recognition', 'firefox'],
  'photo-cleaner': ['photo', 'photo-worker'],
  'photo-worker': ['photo', 'photo-worker', 'policy'],
  photo: ['photo', 'photo-worker'],
  'service-worker': ['offline', 'storage', 'policy'],
  start: ['start', 'loading', 'errors', 'download'],
  texts: ['texts', 'answer', 'loading', 'number', 'tools', 'accessibility', 'photo', 'photo-worker', 'start'],
  'wasm-module': ['module', 'recovery', 'loading', 'photo-worker', 'corruption'],
};

/** Those for other modules. */
const MAIN_BROWSER_TESTS = ['tools', 'drawing', 'keyboard', 'number', 'numeral-pad', 'module', 'recognition', 'photo'];

// ---- Random numbers -----------------------------------------------------------------------------

/** Mulberry32: numbers from 0 to below 1. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = (list, random) => list[Math.floor(random() * list.length)];

function shuffled(list, random) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; --i) {
    const other = Math.floor(random() * (i + 1));
    [copy[i], copy[other]] = [copy[other], copy[i]];
  }
  return copy;
}

// ---- Reading the sources ------------------------------------------------------------------------

/**
 * The source with spaces in place of comments, preprocessor lines and what is in strings, so that
 * everything else has the place it had.
 */
function codeOf(text, language) {
  const code = [...text.replace(/[^\n]/gu, (c) => (c.length === 1 ? c : ' '.repeat(c.length)))];
  const blank = (from, to) => {
    for (let i = from; i < to; ++i) if (code[i] !== '\n') code[i] = ' ';
  };
  const endOfLine = (at) => (text.indexOf('\n', at) + 1 || text.length + 1) - 1;
  const endOfString = (at) => {
    const quote = text[at++];
    for (let depth = 0; at < text.length; ++at) {
      if (text[at] === '\\') ++at;
      else if (quote === '`' && text.startsWith('${', at)) ++depth;
      else if (depth && text[at] === '}') --depth;
      else if (depth && text[at] === '`') at = endOfString(at) - 1;
      else if (!depth && text[at] === quote) return at + 1;
    }
    return text.length;
  };
  let last = '\n';  // the last character that is no space
  for (let at = 0; at < text.length;) {
    const c = text[at];
    let end = at;
    if (text.startsWith('//', at)) end = endOfLine(at);
    else if (text.startsWith('/*', at)) end = text.indexOf('*/', at) + 2;
    if (end > at) {
      blank(at, end);
      at = end;
      continue;
    }
    if (language === 'cpp' && c === '#' && /(^|\n) *$/.test(text.slice(Math.max(at - 80, 0), at))) {
      do end = endOfLine(end + 1); while (text[end - 1] === '\\');
      blank(at, end);
    } else if (language === 'cpp' && /^R"(\w*)\(/.test(text.slice(at, at + 20)) && !/\w/.test(text[at - 1])) {
      const [opening, mark] = /^R"(\w*)\(/.exec(text.slice(at, at + 20));
      end = text.indexOf(`)${mark}"`, at) + mark.length + 2;
      blank(at + opening.length, end - 1);
    } else if (c === '"' || c === '`' || (c === "'" && !(language === 'cpp' && /[\da-f]/i.test(last)))) {
      end = endOfString(at);
      blank(at + 1, end - 1);
    } else if (language === 'js' && c === '/' && '(,=:[!&|?{};\n'.includes(last)) {
      end = at + 1;
      for (let isClass = false; text[end] !== '/' || isClass; ++end) {
        if (text[end] === '\\') ++end;
        else if (text[end] === '[') isClass = true;
        else if (text[end] === ']') isClass = false;
      }
      blank(at, ++end);
    }
    at = Math.max(end, at + 1);
    if (/\S/.test(text[at - 1])) last = text[at - 1];
  }
  return code.join('');
}

/** The position behind the bracket that closes the one at `at`. */
function behindBracket(code, at) {
  for (let depth = 0, i = at; i < code.length; ++i) {
    if ('([{'.includes(code[i])) ++depth;
    else if (')]}'.includes(code[i]) && --depth === 0) return i + 1;
  }
  return code.length;
}

/** The first position from `at` on, outside all brackets that open there, of one of some characters. */
function nextOutside(code, at, characters) {
  for (let i = at; i < code.length; ++i) {
    if (code.startsWith('::', i)) ++i;
    else if (characters.includes(code[i])) return i;
    else if ('([{'.includes(code[i])) i = behindBracket(code, i) - 1;
    else if (')]}'.includes(code[i])) return -1;
  }
  return -1;
}

// ---- The mutation operators ---------------------------------------------------------------------

/** @typedef {{start: number, end: number, replacement: string}} Change of a source */

const matches = (code, pattern) => [...code.matchAll(pattern)];

/** An operator that replaces what a pattern finds; `replacements` gives one or several for it. */
const replacing = (pattern, replacements) => (code) => matches(code, pattern).flatMap((match) =>
  [replacements(match)].flat().filter((each) => each !== undefined)
      .map((replacement) => ({start: match.index, end: match.index + match[0].length, replacement})));

/** An operator that swaps the words of pairs. */
function swapping(...pairs) {
  const table = new Map(pairs.flatMap(([a, b]) => [[a, b], [b, a]]));
  const words = [...table.keys()].map((word) => word.replace(/[.*+?()|]/g, '\\$&'));
  return replacing(new RegExp(`(?<![\\w.])(?:${words.join('|')})(?!\\w)`, 'g'), ([word]) => table.get(word));
}

const BOUNDARY = {'<': '<=', '<=': '<', '>': '>=', '>=': '>'};
const REVERSED = {
  '<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '==', '===': '!==', '!==': '===',
};
const ARITHMETIC = {'+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '+=': '-=', '-=': '+=', '*=': '/='};
const MEMBERS = [
  ['width', 'height'], ['left', 'right'], ['top', 'bottom'], ['x', 'y'], ['first', 'second'],
  ['clientX', 'clientY'],
];

/** Other values for a number as it is written. */
function otherNumbers([text, digits, suffix]) {
  if (/^0x/i.test(digits)) return `${digits}${suffix} + 1`;
  const value = Number(digits.replaceAll("'", ''));
  if (/[.e]/.test(digits)) {
    const decimal = (number) => (/[.e]/.test(String(number)) ? String(number) : `${number}.0`) + suffix;
    return value === 0 ? decimal(1) : [decimal(value * 2), decimal(value / 2), decimal(value * 1.1)];
  }
  if (value === 0) return `1${suffix}`;
  if (value === 1) return [`0${suffix}`, `2${suffix}`];
  // One more or less of many hardly ever matters.
  if (value > 64) return [`${value * 2}${suffix}`, `${Math.round(value / 2)}${suffix}`];
  return [`${value * 2}${suffix}`, `${value + 1}${suffix}`, `${value - 1}${suffix}`];
}

/** The conditions of `if`: where the brackets' content begins and ends. */
const conditions = (code) => matches(code, /\bif (?:constexpr )?\(/g)
  .map((match) => {
    const start = match.index + match[0].length;
    return {start, end: behindBracket(code, start - 1) - 1};
  })
  .filter(({start, end}) => !/;|[^=!<>]=[^=>]/.test(code.slice(start, end)));

const STARTS_NO_STATEMENT = new RegExp('^(?:return|const|auto|let|var|using|struct|class|if|for|while|do|' +
  'switch|case|throw|else|try|catch|static|constexpr|template|public|private|namespace|export|import|async|' +
  'function|get|set|default|extern|friend|enum|explicit|virtual|inline|static_assert|delete|operator)\\b');

/** Statements that begin a line and are a call, an assignment or a jump. */
function statements(code) {
  return matches(code, /(?<=[;{}):]\s*\n|else\n|do\n) *(?=[\w#*+(-])/g).flatMap((match) => {
    const start = match.index + match[0].length;
    if (STARTS_NO_STATEMENT.test(code.slice(start, start + 20))) return [];
    const end = nextOutside(code, start, ';') + 1;
    if (!end) return [];
    const statement = code.slice(start, end);
    if (statement[0] === '#') return [];  // a field of a class
    if (statement.split('\n').length > MOST_LINES || /= (?:delete|default);|\breserve\(/.test(statement)) return [];
    if (/^(?:break|continue);$/.test(statement)) return [{start, end}];
    const head = /^(\+\+|--|\*)?[\w#]+(?:(?:::|\.|->|\?\.)[\w#]+|\[[^\]]*\])*/.exec(statement);
    if (!head) return [];
    const rest = statement.slice(head[0].length);
    const isCall = rest[0] === '(';
    const isAssignment = /^\s*(?:[-+*/|&^%]|<<|>>|\|\||&&|\?\?)?=[^=]/.test(rest);
    const isStep = (head[1] && head[1] !== '*' && rest === ';') || /^(?:\+\+|--);$/.test(rest);
    return isCall || isAssignment || isStep ? [{start, end}] : [];
  });
}

/** `return` with a value: where the value begins and ends. */
const returns = (code) => matches(code, /\breturn (?=[^;\s])/g).flatMap((match) => {
  const start = match.index + match[0].length;
  const end = nextOutside(code, start, ';');
  return end < 0 ? [] : [{start, end}];
});

/** The type of the C++ function that a position is in, if it is a plain number or bool. */
function resultType(code, at) {
  const lines = code.slice(0, code.indexOf('\n', at) + 1 || code.length).split('\n').reverse();
  const header = lines.find((line) =>
    /^ {0,2}[\w:<>&*, \[\]]+ [\w:]+\(/.test(line) && !/^ *(?:return|if|for|while|else|switch|case)\b/.test(line) &&
    !/^[^{]*;\s*$/.test(line) && !/ = /.test(line.split('{')[0]));
  return header && /^ *(?:\[\[nodiscard\]\] |static |inline |constexpr )*(bool|int|float|double|std::size_t|std::u?int\d+_t) /.exec(header)?.[1];
}

const OPERATORS = {
  'boundary': replacing(/(?<= )(?:<=?|>=?)(?= )/g, ([sign]) => BOUNDARY[sign]),
  'comparison': replacing(/(?<= )(?:<=?|>=?|[!=]==?)(?= )/g, ([sign]) => REVERSED[sign]),
  'and, or': replacing(/(?<= )(?:&&|\|\|)(?= |\n)/g, ([sign]) => (sign === '&&' ? '||' : '&&')),
  'arithmetic': replacing(/(?<= )(?:[-+*]=?|[/%])(?= )/g, ([sign]) => ARITHMETIC[sign]),
  'step': replacing(/(?<=[\s(])(?:\+\+|--)(?=[\w#])|(?<=[\w\])])(?:\+\+|--)/g,
      ([sign]) => (sign === '++' ? '--' : '++')),
  'constant': replacing(/(?<![\w.'])(0x[\da-f']+|\d[\d']*(?:\.\d+)?(?:e-?\d+)?)([fulUL]*)(?![\w.'])/gi, otherNumbers),
  'negation': replacing(/(?<=[\s(])!(?=[\w(*#])/g, () => ''),
  'true, false': swapping(['true', 'false']),
  'least, most': swapping(['std::min', 'std::max'], ['Math.min', 'Math.max'], ['std::min_element', 'std::max_element'],
      ['std::floor', 'std::ceil'], ['Math.floor', 'Math.ceil']),
  'all, any': swapping(['std::all_of', 'std::any_of'], ['std::none_of', 'std::any_of'],
      ['std::ranges::all_of', 'std::ranges::any_of'], ['std::upper_bound', 'std::lower_bound']),
  'every, some': replacing(/(?<=\.)(?:every|some)(?=\()/g, ([word]) => (word === 'every' ? 'some' : 'every')),
  'member': replacing(new RegExp(`(?<=\\w(?:\\.|->)|\\)\\.)(?:${MEMBERS.flat().join('|')})(?!\\w)`, 'g'),
      ([word]) => MEMBERS.find((pair) => pair.includes(word)).find((other) => other !== word)),
  'bound': (code) => matches(code, /\b(?:std::clamp|std::abs|Math\.abs|Math\.round|std::round|std::sqrt)\(/g).map((match) => {
    const start = match.index + match[0].length, end = behindBracket(code, start - 1);
    const comma = nextOutside(code.slice(0, end - 1), start, ',');
    return {start: match.index, end, kept: [start, comma < 0 ? end - 1 : comma], before: '(', after: ')'};
  }),
  'condition': (code) => conditions(code).flatMap(({start, end}) => ['!', 'false && ', 'true || '].map(
      (before) => ({start, end, kept: [start, end], before: `${before}(`, after: ')'}))),
  'branches': (code) => matches(code, / \? /g).flatMap((match) => {
    const first = match.index + 3;
    const colon = nextOutside(code, first, ':?;');
    const end = nextOutside(code, colon + 1, ',;') < 0 ? closing(code, colon + 1) : nextOutside(code, colon + 1, ',;');
    if (colon < 0 || code[colon] !== ':' || code.slice(colon, end).includes('?')) return [];
    return [{start: first, end, kept: [colon + 2, end], before: '', after: ' : ', also: [first, colon - 1]}];
  }),
  'statement': (code, language) => statements(code).map((place) => ({...place, replacement: language === 'js' ? ';' : '{}'})),
  'result': (code, language) => returns(code).flatMap(({start, end}) => {
    const value = code.slice(start, end);
    const kept = {start, end, kept: [start, end]};
    const isTruth = / (?:[<>]=?|[!=]==?|&&|\|\|) |^!/.test(value);
    if (language === 'js')
      return isTruth ? [{...kept, before: '!(', after: ')'}]
        : value === 'null' ? [] : [{start, end, replacement: 'undefined'}];
    const type = resultType(code, start);
    if (!type || /^(?:true|false)$/.test(value)) return [];
    return [type === 'bool' ? {...kept, before: '!(', after: ')'} : {...kept, before: '(', after: ') + 1'}];
  }),
  'await': (code, language) => (language === 'js' ? matches(code, /\bawait (?!import)/g) : [])
    .map((match) => ({start: match.index, end: match.index + match[0].length, replacement: ''})),
};

/** The bracket that closes what a position is in. */
function closing(code, at) {
  for (let i = at; i < code.length; ++i) {
    if ('([{'.includes(code[i])) i = behindBracket(code, i) - 1;
    else if (')]}'.includes(code[i])) return i;
  }
  return code.length;
}

/** Where a fault would only change a message or a log, or nothing at all. */
const OF_NO_MATTER = /\b(?:fail|complain|note|Error|spdlog::\w+|logger->\w+|console\.(?:warn|error|info)|fmt::format|static_assert|reserve)\(/g;

/** Whole lines that are left out. */
const OF_NO_MATTER_LINES = /^\s*(?:using|namespace|import|template|friend|case '|export \{)\b|std::to_string/;

/** All faults of a source, by line: a map from line to `{operator, start, end, replacement}`. */
function faultsOf(text, language, isHeader) {
  const code = codeOf(text, language);
  const spans = matches(code, OF_NO_MATTER).map((match) =>
    [match.index, behindBracket(code, match.index + match[0].length - 1)]);
  const starts = [0];
  for (const match of matches(text, /\n/g)) starts.push(match.index + 1);
  const lineAt = (at) => starts.findLastIndex((start) => start <= at);
  const found = new Map();
  for (const [operator, find] of Object.entries(OPERATORS))
    for (const {start, end, kept, before, after, also, replacement} of find(code, language)) {
      const line = lineAt(start);
      const whole = code.slice(starts[line], starts[line + 1]);
      if (spans.some(([from, to]) => start >= from && start < to)) continue;
      if (OF_NO_MATTER_LINES.test(whole)) continue;
      // Texts put together; and loops that never begin or end, which anything notices.
      if (operator === 'arithmetic' && /["'`]/.test(whole)) continue;
      if (/step|comparison/.test(operator) && /\bfor \(/.test(whole)) continue;
      // Members of a struct, that are set before they are used.
      if (/^\s+(?:std::\w+|int|float|double|bool) \w+ = [\w. =,]+;\s*$/.test(whole) && isHeader) continue;
      const changed = kept
        ? before + text.slice(...kept) + after + (also ? text.slice(...also) : '')
        : replacement;
      if (changed === text.slice(start, end)) continue;
      if (!found.has(line + 1)) found.set(line + 1, []);
      found.get(line + 1).push({operator, start, end, replacement: changed});
    }
  return found;
}

function sourcesOf(part) {
  const {ending} = PARTS[part];
  return readdirSync(join(project, part), {recursive: true}).map((name) => `${part}/${name}`)
    .filter((file) => ending.test(file) && !NOT_BUILT.test(file)).sort();
}

/** What the faults of a campaign depend on: the sources. */
function stateOf(part) {
  const hash = createHash('sha256');
  for (const file of sourcesOf(part)) hash.update(file).update(readFileSync(join(project, file)));
  return hash.digest('hex').slice(0, 12);
}

/** How a changed place looks: the line that it begins in, before and after, cut to what one can read. */
function shown(text, {start, end, replacement}) {
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const lineEnd = (text.indexOf('\n', end) + 1 || text.length + 1) - 1;
  const flat = (line) => line.trim().replace(/\s*\n\s*/g, ' ');
  const changed = text.slice(lineStart, start) + replacement + text.slice(end, lineEnd);
  const from = Math.max(0, start - lineStart - SHOWN / 2);
  const cut = (line) => (line.length > SHOWN ? `${from ? '…' : ''}${line.slice(from, from + SHOWN)}…` : line);
  return {before: flat(cut(text.slice(lineStart, lineEnd))), after: flat(cut(changed))};
}

/**
 * The faults of a campaign. All lines that can have one are divided into as many parts of equal length
 * as faults are wanted, so that they are spread over the files in proportion to their size. Of each
 * part's lines, in random order, every one has one fault; the first that is valid counts.
 */
function plan(part, seed, count, files = []) {
  const random = generator(seed);
  const chosen = sourcesOf(part).filter((file) => !files.length || files.includes(file));
  const lines = chosen.flatMap((file) => {
    const text = readFileSync(join(project, file), 'utf8');
    return [...faultsOf(text, PARTS[part].language, file.endsWith('.h'))].sort(([a], [b]) => a - b)
      .map(([line, choices]) => ({file, line, choices, text}));
  });
  return Array.from({length: count}, (_, index) => {
    const edge = (i) => Math.floor((lines.length * i) / count);
    return shuffled(lines.slice(edge(index), edge(index + 1)), random).slice(0, MOST_TRIES)
      .map(({file, line, choices, text}) => {
        const operator = pick([...new Set(choices.map((each) => each.operator))], random);
        const fault = pick(choices.filter((each) => each.operator === operator), random);
        return {
          part, seed, count, number: index + 1, file, line, ...fault,
          original: text.slice(fault.start, fault.end), ...shown(text, fault),
        };
      });
  });
}

// ---- Running ------------------------------------------------------------------------------------

/** @type {?{path: string, text: string}} The file that has a fault in it, and what belongs there. */
let faulty = null;
/** @type {?import('node:child_process').ChildProcess} */
let running = null;

function restore() {
  if (faulty) writeFileSync(faulty.path, faulty.text);
  faulty = null;
}

function killRunning() {
  try {
    if (running) process.kill(-running.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

process.on('exit', () => (killRunning(), restore()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const environment = {
  NUMERAL_PACKAGES: 'page native test',
  ...process.env,
  NUMERAL_PROJECT: project,
  NUMERAL_SITE: join(project, 'build/site'),
  NUMERAL_RECOGNIZE: join(project, 'build/native/bin/numeral-recognize'),
  OMP_NUM_THREADS: '1',
};
const mnist = join(process.env.NUMERAL_CACHE ?? join(homedir(), '.cache/numeral'), 'mnist');
if (existsSync(mnist)) environment.NUMERAL_MNIST = mnist;

/** Runs a command in the build environment, for so many seconds at most. */
function box(command, limit = 3600) {
  const began = performance.now();
  return new Promise((resolve) => {
    let output = '', isLate = false;
    const child = running = spawn(join(project, 'scripts/box'), command,
        {cwd: project, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
    const keep = (data) => (output = (output + data).slice(-200000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => {
      isLate = true;
      killRunning();
    }, limit * 1000);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      running = null;
      resolve({ok: status === 0, isLate: isLate || signal === 'SIGKILL', output, seconds: (performance.now() - began) / 1000});
    });
  });
}

/** The program with the Catch2 tests of a source, as tests/CMakeLists.txt says. */
const catchProgram = (part, file) =>
  (/^train\/(?:base|augmentation|evaluation)\//.test(file) ? 'train_base_tests' : `${part}_tests`);

/** What a fault in a file is tested with, in this order: names and commands. */
function testsFor(part, file) {
  const name = basename(file).replace(/\.\w+$/, '');
  if (part === 'web') {
    return (BROWSER_TESTS[name] ?? MAIN_BROWSER_TESTS).map((test) => `tests/browser/${test}.test.mjs`).filter((path) => existsSync(join(project, path)))
      .map((path) => ({
        name: path, command: ['node', '--test', '--test-reporter=tap', '--test-timeout=150000', path],
      }));
  }
  const own = `${name}_test`;
  const program = catchProgram(part, file);
  const left = withoutLongTests(own);
  const withTags = (title, tags) => ({name: title, program, command: catchCommand(program, tags)});
  if (!existsSync(join(project, 'tests', dirname(file), `${own}.cpp`))) return [withTags(program, left)];
  return [withTags(own, `[#${own}]`), withTags(`${program} without ${own}`, `~[#${own}]${left}`)];
}

const withoutLongTests = (own) => LONG_TESTS.filter((test) => test !== own).map((test) => `~[#${test}]`).join('');

/** Programs that take less than the others. */
const SECONDS_OF_PROCESSOR = {src_tests: 90, train_base_tests: 90};

/**
 * Memory without end ends the tests, not the machine; and a loop without end is over after some time of
 * the processor, however busy the machine is.
 */
const catchCommand = (program, tags) => ['bash', '-c',
  `ulimit -v 6000000 -t ${SECONDS_OF_PROCESSOR[program] ?? 600}; exec "$@"`, 'limited',
  `build/native/bin/${program}`, '--abort', '--filenames-as-tags', '--reporter', 'compact', ...(tags ? [tags] : [])];

/** Builds what the tests need. */
function build(part, tests) {
  if (part === 'web') return box(['cmake', '--build', '--preset', 'wasm']);
  const targets = [...new Set(tests.map(({program}) => program))];
  return box(['cmake', '--build', '--preset', 'native', '--target', ...targets]);
}

/**
 * Runs tests that have just failed once more, since on a busy machine one may fail without a fault. Of
 * browser tests, only those that failed.
 */
async function failsAgain({program, command}, output, limit) {
  if (program) return !(await box(command, limit)).ok;
  const failed = [...output.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name]) => name.replace(/\W+/g, '.+'));
  const patterns = failed.map((name) => `--test-name-pattern=${name}`);
  return !(await box([...command.slice(0, -1), ...patterns, command.at(-1)], limit)).ok;
}

/** Which test failed, in a few words. */
function failureIn(output) {
  const patterns = [
    /[\w./-]*?(\w+_test\.cpp:\d+): failed/, /[\w./-]*?(\w+\.(?:cpp|h):\d+): failed/,
    /\n\s+not ok \d+ - (.*)/, /\nnot ok \d+ - (.*)/, /(SIG[A-Z]+|terminate called.*|bad_alloc)/,
  ];
  return patterns.map((pattern) => pattern.exec(output)?.[1]).find(Boolean) ?? 'it crashed, or did not end';
}

/** How long the test programs take without a fault. */
const usual = new Map();

/** Browser tests that have passed without a fault. */
const sound = new Set();

/** Seconds for a file of browser tests; each test in there has its own limit. */
const BROWSER_LIMIT = 900;

/** Builds everything without a fault, and runs the test programs: they must pass. Notes their times. */
async function measure(part, faults) {
  const tests = new Map();
  for (const {file} of faults)
    for (const test of testsFor(part, file)) tests.set(test.program, test);
  const built = await build(part, [...tests.values()]);
  if (!built.ok) throw new Error(`the build fails without a fault:\n${built.output.slice(-3000)}`);
  for (const program of part === 'web' ? [] : tests.keys()) {
    const result = await box(catchCommand(program, withoutLongTests(program)));
    if (!result.ok) throw new Error(`${program} fails without a fault:\n${result.output.slice(-3000)}`);
    usual.set(program, result.seconds);
    console.log(`${program}: ${result.seconds.toFixed(1)} s without a fault`);
  }
}

/** Browser tests that fail with a fault must have passed without one. There are too many to run all first. */
async function checkSound({name, command}) {
  if (sound.has(name)) return;
  restore();
  await build('web');
  const result = await box(command, BROWSER_LIMIT);
  if (!result.ok && (await failsAgain({command}, result.output, BROWSER_LIMIT)))
    throw new Error(`${name} fails without a fault:\n${result.output.slice(-3000)}`);
  sound.add(name);
}

const objectsOf = (file) => readdirSync(join(project, 'build/native'), {recursive: true})
  .filter((name) => name.endsWith(`/${basename(file)}.o`))
  .map((name) => readFileSync(join(project, 'build/native', name)));

/** The object files of sources without a fault, by source. */
const soundObjects = new Map();

/** Puts a fault in, builds, tests, and takes it out again. */
async function tryFault(fault) {
  const {part, file, start, original, replacement} = fault;
  const path = join(project, file);
  const text = readFileSync(path, 'utf8');
  if (text.slice(start, start + original.length) !== original)
    throw new Error(`${file} is not what it was: there is no such fault any more`);
  const tests = testsFor(part, file);
  // As they are from the build without a fault, or with one in another file.
  if (part !== 'web' && !soundObjects.has(file)) soundObjects.set(file, objectsOf(file));
  const began = performance.now();
  const done = (outcome, by = '') =>
    ({outcome, by, seconds: Math.round((performance.now() - began) / 100) / 10});
  try {
    faulty = {path, text};
    writeFileSync(path, text.slice(0, start) + replacement + text.slice(start + original.length));
    if (part === 'web') {
      const copy = join(tmpdir(), `numeral-mutation-${process.pid}.mjs`);
      writeFileSync(copy, readFileSync(path));
      const check = await box(['node', '--check', copy]);
      rmSync(copy);
      if (!check.ok) return done('invalid');
    }
    const built = await build(part, tests);
    if (!built.ok) return done('invalid', /error: (.*)/.exec(built.output)?.[1]);
    const now = part === 'web' ? [] : objectsOf(file);
    if (now.length && now.every((each, i) => soundObjects.get(file)[i]?.equals(each))) return done('same object code');
    for (const test of tests) {
      const {name, program, command} = test;
      const limit = program ? 4 * usual.get(program) + 60 : BROWSER_LIMIT;
      const result = await box(command, limit);
      if (result.ok || (!result.isLate && !(await failsAgain(test, result.output, limit)))) continue;
      const noticed = done('noticed', `${basename(name)}: ${result.isLate ? 'time limit' : failureIn(result.output)}`);
      if (part === 'web') await checkSound(test);
      return noticed;
    }
    return done('unnoticed');
  } finally {
    restore();
  }
}

const resultsOf = (part, seed) => (existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '')
  .split('\n').filter(Boolean).map((line) => JSON.parse(line))
  .filter((each) => (!part || each.part === part) && (!seed || each.seed === seed));

function note(result) {
  appendFileSync(resultsFile, `${JSON.stringify(result)}\n`);
  console.log(`${result.part} ${result.number}: ${result.file}:${result.line}, ${result.operator}: ` +
    `${result.outcome}${result.by ? ` (${result.by})` : ''}, ${result.seconds} s`);
}

/** Nothing of the part may be changed: it would be taken for what is to be restored. */
async function checkTree(part) {
  const child = spawn('git', ['diff', '--quiet', 'HEAD', '--', part], {cwd: project});
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status) throw new Error(`${part}/ has uncommitted changes: commit them, or take them back`);
}

async function campaign(part, seed, count, files) {
  await checkTree(part);
  const state = stateOf(part);
  const before = resultsOf(part, seed).filter((each) => !each.again);
  if (before.some((each) => each.state !== state || each.count !== count))
    throw new Error(`the results of ${part} with seed ${seed} are of other sources or another count`);
  const planned = plan(part, seed, count, files);
  await measure(part, planned.flat());
  for (const faults of planned)
    for (const fault of faults) {
      const earlier = before.find(({number, file, line}) =>
        number === fault.number && file === fault.file && line === fault.line);
      const result = earlier ?? {...fault, state, ...(await tryFault(fault))};
      if (!earlier) note(result);
      if (/noticed/.test(result.outcome)) break;
    }
}

async function again(part, seed, numbers) {
  await checkTree(part);
  const latest = new Map();
  for (const result of resultsOf(part, seed))
    if (/noticed/.test(result.outcome)) latest.set(result.number, result);
  const missed = [...latest.values()].filter(({outcome, number}) =>
    outcome === 'unnoticed' && (!numbers.length || numbers.includes(number)));
  await measure(part, missed);
  for (const fault of missed) note({...fault, again: true, ...(await tryFault(fault))});
}

// ---- The summary --------------------------------------------------------------------------------

const cell = (text) => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;

/** The verdicts that the summary has already, by "part seed number". */
function verdicts() {
  if (!existsSync(summaryFile)) return new Map();
  const rows = readFileSync(summaryFile, 'utf8').split('\n').filter((line) => /^\| (src|torch_onnx|train|web) \d+ \d+ \|/.test(line));
  return new Map(rows.map((row) => {
    const cells = row.split(/(?<!\\)\|/).map((each) => each.trim());
    return [cells[1], cells.at(-2)];
  }));
}

const INTRODUCTION = `# What the tests notice

Small faults were put into the code one at a time by \`mutate.mjs\`, whose head says how to use it. A fault
counts if it compiles and changes the object code. One is *noticed* if a test fails or does not end. What went
unnoticed was judged by a person: *equivalent* (no input could tell it from the right code), *harmless*
(it makes a difference that does not matter), or a *hole*: a test was missing. The rate is that of the first
run, before any test was written for these faults: noticed of all but those that are equivalent or harmless.
`;

function summarize() {
  const known = verdicts();
  const campaigns = Map.groupBy?.(resultsOf(), ({part, seed}) => `${part} ${seed}`) ??
    resultsOf().reduce((map, each) => {
      const key = `${each.part} ${each.seed}`;
      return map.set(key, [...(map.get(key) ?? []), each]);
    }, new Map());
  let table = '| part | seed | faults | noticed | equivalent or harmless | holes | no verdict yet | rate | noticed now |\n' +
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n';
  let lists = '';
  for (const [key, results] of campaigns) {
    const first = results.filter(({again, outcome}) => !again && /noticed/.test(outcome));
    const latest = new Map(results.filter(({outcome}) => /noticed/.test(outcome)).map((each) => [each.number, each]));
    const missed = first.filter(({outcome}) => outcome === 'unnoticed');
    const verdict = ({number}) => known.get(`${key} ${number}`) ?? '';
    const noMatter = missed.filter((each) => /^(equivalent|harmless)/.test(verdict(each)));
    const holes = missed.filter((each) => /^hole/.test(verdict(each)));
    const noticed = first.length - missed.length;
    const rate = (count) => `${(100 * count / (first.length - noMatter.length)).toFixed(1)} %`;
    const now = noticed + missed.filter((each) => !noMatter.includes(each) && latest.get(each.number).outcome === 'noticed').length;
    table += `| ${key.replace(' ', ' | ')} | ${first.length} of ${results[0].count} | ${noticed} | ${noMatter.length} | ` +
      `${holes.length} | ${missed.length - noMatter.length - holes.length} | ${rate(noticed)} | ${rate(now)} |\n`;
    lists += `\n## ${key.replace(' ', ', seed ')}: unnoticed\n\n` +
      '| fault | where | operator | before | after | now | verdict |\n| --- | --- | --- | --- | --- | --- | --- |\n';
    for (const each of missed)
      lists += `| ${key} ${each.number} | ${each.file}:${each.line} | ${each.operator} | ${cell(each.before)} | ` +
        `${cell(each.after)} | ${latest.get(each.number).outcome} | ${verdict(each)} |\n`;
  }
  const notes = existsSync(summaryFile) ? /\n## Notes\n[^]*$/.exec(readFileSync(summaryFile, 'utf8'))?.[0] : '';
  writeFileSync(summaryFile, `${INTRODUCTION}\n${table}${lists}${notes ?? ''}`);
}

// ---- The commands -------------------------------------------------------------------------------

const [command, part, ...numbers] = process.argv.slice(2);
const [seed, count] = numbers.map(Number);
if (command === 'summary') {
  summarize();
} else if (!['list', 'run', 'again'].includes(command) || !(part in PARTS) || !seed || (command !== 'again' && !count)) {
  console.error('usage: mutate.mjs list|run PART SEED COUNT [FILE...], again PART SEED [NUMBER...], or summary; PART: src, torch_onnx, train, web');
  process.exit(2);
} else if (command === 'list') {
  for (const faults of plan(part, seed, count, numbers.slice(2)))
    for (const [i, {number, file, line, operator, before, after}] of faults.entries())
      console.log(`${i ? '  or ' : ''}${number} ${file}:${line} ${operator}\n    - ${before}\n    + ${after}`);
} else if (command === 'run') {
  await campaign(part, seed, count, numbers.slice(2));
} else {
  await again(part, seed, numbers.slice(1).map(Number));
}

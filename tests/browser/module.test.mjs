// The recogniser as a module that other pages embed.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {digits as handwriting, placed} from './digits.mjs';
import {launchAndServe, open, serve, siteFolder} from './support.mjs';

const {browser, server} = await launchAndServe();

/** Runs a function in a page that has `Recognizer`, and a picture of a one. */
async function inPage(action, argument) {
  // The style sheet as a document: of this origin, but without scripts.
  const {page, predictions, close} = await open(browser, `${server.url}page/style.css`);
  await page.evaluate(async () => {
    globalThis.Recognizer = (await import('/numeral.js')).Recognizer;
    globalThis.one = new ImageData(100, 100);
    for (let y = 15; y < 85; ++y)
      for (let x = 46; x < 54; ++x) globalThis.one.data.set([0, 0, 0, 255], (y * 100 + x) * 4);
  });
  const result = await page.evaluate(action, argument);
  const printed = predictions();
  await close();
  return {result, printed};
}

test('an answer', async () => {
  const {result, printed} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const started = performance.now();
    const answer = recognizer.recognize(one);
    const elapsed = performance.now() - started;
    return {
      ...answer,
      elapsed,
      labels: recognizer.labels,
      blank: recognizer.recognize(new ImageData(50, 40)),
      types: [answer.probabilities, answer.input].map((list) => list.constructor.name),
      probabilities: [...answer.probabilities],
      input: [...answer.input],
    };
  });
  assert.equal(result.digit, 1);
  assert.deepEqual(result.labels, [...'0123456789']);
  assert.deepEqual(result.types, ['Float32Array', 'Float32Array']);
  assert.equal(result.probabilities.length, 10);
  assert.ok(Math.abs(result.probabilities.reduce((sum, share) => sum + share) - 1) < 1e-5);
  assert.equal(result.confidence, Math.max(...result.probabilities));
  assert.equal(result.input.length, 28 * 28);
  assert.ok(Math.max(...result.input) === 1 && Math.min(...result.input) === 0);
  assert.ok(result.milliseconds > 0 && result.milliseconds <= result.elapsed,
      `${result.milliseconds} ms of ${result.elapsed}`);
  assert.equal(result.blank, null);
  assert.deepEqual(printed, [], 'it prints only when asked to');
});

test('a number, and where its digits are', async () => {
  const {result, printed} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const two = new ImageData(200, 100);
    for (const left of [46, 126])
      for (let y = 15; y < 85; ++y)
        for (let x = left; x < left + 8; ++x) two.data.set([0, 0, 0, 255], (y * 200 + x) * 4);
    const {digits, lines, ...reading} = recognizer.read(two, {announce: true});
    const single = recognizer.read(one, {announce: true});
    return {reading, digits, lines, single: single.text, blank: recognizer.read(new ImageData(9, 9))};
  });
  const {reading, digits, lines} = result;
  assert.deepEqual(lines,
      [{text: '11', numbers: ['11'], confidence: reading.confidence, accepted: true, digits}]);
  assert.equal(reading.text, '11');
  assert.equal(reading.accepted, true);
  assert.deepEqual(digits.map(({digit}) => digit), [1, 1]);
  assert.deepEqual(digits.map(({box}) => box),
      [{x: 46, y: 15, width: 8, height: 70}, {x: 126, y: 15, width: 8, height: 70}]);
  assert.equal(reading.confidence, Math.fround(digits[0].confidence * digits[1].confidence));
  assert.equal(result.single, '1');
  assert.equal(result.blank, null);
  assert.deepEqual(printed, ['Predicted Number: 11', 'Predicted Digit: 1']);
});

/** Strokes as readStrokes takes them. */
const points = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => ({x, y})));

test('strokes of digits that overlap, in any order', async () => {
  const strokes = points([...placed(handwriting[5][0], {left: 20, top: 90, size: 100}),
    ...placed(handwriting[2][0], {left: 78, top: 90, size: 100})]);
  const {result, printed} = await inPage(async (strokes) => {
    const recognizer = await Recognizer.load();
    const reading = recognizer.readStrokes(strokes, {penWidth: 8, announce: true});
    const backwards = recognizer.readStrokes([...strokes].reverse(), {penWidth: 8});
    const dot = [[{x: 5, y: 5, pressure: 1, time: 3, width: 4}]];
    return {
      text: reading.text,
      boxes: reading.digits.map(({box}) => box),
      backwards: backwards.text,
      blank: [recognizer.readStrokes([]), recognizer.readStrokes([[]])],
      dot: recognizer.readStrokes(dot).digits.length,
      picture: recognizer.readStrokes(dot, {picture: one}).text,
    };
  }, strokes);
  assert.equal(result.text, '52');
  assert.equal(result.backwards, '52');
  assert.ok(result.boxes[0].x + result.boxes[0].width > result.boxes[1].x, 'they overlap');
  assert.deepEqual(result.blank, [null, null]);
  assert.equal(result.dot, 1);
  assert.equal(result.picture, '1');
  assert.deepEqual(printed, ['Predicted Number: 52']);
});

test('alternatives and hints', async () => {
  const strokes = points(placed(handwriting[7][0]));
  const {result} = await inPage(async (strokes) => {
    const recognizer = await Recognizer.load();
    const read = (options) => recognizer.readStrokes(strokes, options);
    const [plain, three] = [read({}), read({alternatives: 3})];
    return {
      plain: plain.alternatives,
      confidence: plain.confidence,
      alternatives: three.alternatives,
      picture: recognizer.read(one, {alternatives: 2}).alternatives[0].text,
      among: (({text, accepted}) => [text, accepted])(read({among: ['7', '42']})),
      length: [read({length: 1}), read({length: [2, 5]})].map(({accepted}) => accepted),
      after: read().text,
    };
  }, strokes);
  assert.equal(result.plain, undefined);
  assert.ok(result.alternatives.length >= 1 && result.alternatives.length <= 3);
  assert.deepEqual(result.alternatives[0], {text: '7', confidence: result.confidence});
  assert.equal(result.picture, '1');
  assert.deepEqual(result.among, ['7', true]);
  assert.deepEqual(result.length, [true, false]);
  assert.equal(result.after, '7');
});

test('strokes and options that are none are refused', async () => {
  const {result} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const stroke = [[{x: 1, y: 1}, {x: 9, y: 9}]];
    const calls = [
      ['nothing'], [[5]], [[[{x: 1}]]], [[[{x: 1, y: NaN}]]], [[[null]]], [stroke, {penWidth: -1}],
      [stroke, {alternatives: 101}], [stroke, {alternatives: 'all'}], [stroke, {length: 0}],
      [stroke, {length: [3, 2]}], [stroke, {length: [1, 2, 3]}], [stroke, {among: '7'}],
      [stroke, {among: ['seven']}], [stroke, {among: ['']}], [stroke, {among: ['7'], length: 2}],
    ];
    const errors = calls.map((call) => {
      try {
        return recognizer.readStrokes(...call)?.text ?? null;
      } catch ({name, message}) {
        return [name, message.split(':')[0]];
      }
    });
    return {errors, after: recognizer.readStrokes(stroke).digits.length};
  });
  const names = ['strokes', 'strokes', 'strokes', 'strokes', 'strokes', 'penWidth', 'alternatives',
    'alternatives', 'length', 'length', 'length', 'among', 'among', 'among', 'among'];
  assert.deepEqual(result.errors, names.map((name) => ['NumeralError', name]));
  assert.equal(result.after, 1);
});

test('rows, and the digits of each', async () => {
  const {result, printed} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const picture = new ImageData(200, 250);
    const draw = (left, top, width, height) => {
      for (let y = top; y < top + height; ++y)
        for (let x = left; x < left + width; ++x)
          picture.data.set([0, 0, 0, 255], (y * 200 + x) * 4);
    };
    draw(46, 15, 8, 70);
    draw(126, 15, 8, 70);
    draw(86, 130, 8, 70);
    const reading = recognizer.read(picture, {announce: true});
    // Something that is no digit, far from them.
    draw(150, 240, 30, 5);
    const {text, accepted} = recognizer.read(picture);
    return {reading, incomplete: {text, accepted}};
  });
  const {reading: {text, confidence, accepted, lines, digits}, incomplete} = result;
  assert.equal(text, '11\n1');
  assert.equal(accepted, true);
  assert.deepEqual(lines.map(({text, accepted}) => [text, accepted]), [['11', true], ['1', true]]);
  assert.deepEqual(lines.flatMap(({digits}) => digits), digits);
  assert.deepEqual(digits.map(({box: {x, y}}) => [x, y]), [[46, 15], [126, 15], [86, 130]]);
  assert.ok(Math.abs(confidence - lines[0].confidence * lines[1].confidence) < 1e-6);
  assert.equal(lines[1].confidence, digits[2].confidence);
  assert.deepEqual(printed, ['Predicted Number: 11', 'Predicted Digit: 1']);
  assert.deepEqual(incomplete, {text: '11\n1', accepted: false});
});

test('signs, and several numbers in a row, where they are asked for', async () => {
  const {result, printed} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const picture = (...boxes) => {
      const image = new ImageData(400, 100);
      for (const [left, top, width, height] of boxes)
        for (let y = top; y < top + height; ++y)
          for (let x = left; x < left + width; ++x)
            image.data.set([0, 0, 0, 255], (y * 400 + x) * 4);
      return image;
    };
    const one = (left) => [left, 15, 8, 70];
    const minus = picture([20, 46, 30, 8], one(80));
    const apart = picture(one(20), one(50), one(300), one(330));
    return [
      recognizer.read(minus), recognizer.read(minus, {signs: true, announce: true}),
      recognizer.read(recognizer.clean(minus), {signs: true}),
      recognizer.readStrokes([[{x: 20, y: 50}, {x: 50, y: 50}], [{x: 84, y: 15}, {x: 84, y: 85}]],
          {signs: true, penWidth: 8}),
      recognizer.read(apart), recognizer.read(apart, {numbers: true}),
    ].map(({text, accepted, lines: [{numbers}], digits}) =>
      ({text, accepted, numbers, digits: digits.length}));
  });
  const [ignored, ...read] = result;
  assert.equal(ignored.accepted, false);
  const negative = {text: '-1', accepted: true, numbers: ['-1'], digits: 1};
  const numbers = {text: '1111', accepted: false, numbers: ['11', '11'], digits: 4};
  assert.deepEqual(read, [negative, negative, negative, numbers, {...numbers, accepted: true}]);
  assert.deepEqual(printed, ['Predicted Number: -1']);
});

test('two recognisers at once, and an answer outlives the next', async () => {
  const {result, printed} = await inPage(async () => {
    const [first, second] = await Promise.all([Recognizer.load(), Recognizer.load()]);
    const answer = first.recognize(one, {announce: true});
    const kept = [...answer.input];
    for (let i = 0; i < 50; ++i) second.recognize(one);
    first.recognize(new ImageData(3000, 2000));
    first.dispose();
    return {same: kept.every((value, i) => value === answer.input[i]),
      digit: second.recognize(one).digit};
  });
  assert.deepEqual(result, {same: true, digit: 1});
  assert.deepEqual(printed, ['Predicted Digit: 1']);
});

test('after dispose it says that it must be loaded anew', async () => {
  const {result} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    recognizer.dispose();
    recognizer.dispose();
    try {
      recognizer.recognize(one);
    } catch (error) {
      return [error.name, error.message];
    }
  });
  assert.deepEqual(result, [
    'NumeralError', 'The recogniser has been disposed of. Load another one.',
  ]);
});

test('a picture whose pixels do not fit its size is refused', async () => {
  const {result} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const data = new Uint8ClampedArray(100);
    const rows = () => data;
    const attempts = [
      () => recognizer.recognize({width: 100, height: 100, data}),
      () => recognizer.read({width: -5, height: -5, data}),
      () => recognizer.read({width: 0.5, height: 50, data}),
      () => recognizer.read({width: 2 ** 32 + 5, height: 0, data: new Uint8ClampedArray(0)}),
      () => recognizer.read({width: 5, height: 5}),
      () => recognizer.clean({width: 100, height: 100, data}),
      () => recognizer.clean({width: 10, height: 10, rows}),
      () => recognizer.clean({width: NaN, height: 10, rows}),
      () => recognizer.clean({width: 20000, height: 20000, rows}),
      () => recognizer.clean({width: 0, height: 0, rows}),
    ];
    const messages = attempts.map((attempt) => {
      try {
        return attempt();
      } catch ({name, message}) {
        return name === 'NumeralError' ? message : `${name}: ${message}`;
      }
    });
    return [messages, recognizer.recognize(one).digit];
  });
  assert.deepEqual(result, [[
    'picture: expected 40000 bytes of RGBA for 100 x 100 pixels, found 100',
    'picture: expected whole numbers as its size, found -5 x -5',
    'picture: expected whole numbers as its size, found 0.5 x 50',
    'picture: expected whole numbers as its size, found 4294967301 x 0',
    'picture: expected 100 bytes of RGBA for 5 x 5 pixels, found undefined',
    'picture: expected 40000 bytes of RGBA for 100 x 100 pixels, found 100',
    'picture: expected 400 bytes of RGBA for 10 x 10 pixels, found 100',
    'picture: expected whole numbers as its size, found NaN x 10',
    'photo: expected at most 100 megapixels, found 20000x20000',
    'photo: expected at most 100 megapixels, found 0x0',
  ], 1]);
});

test('pixels that are no bytes are refused, not read as blank', async () => {
  const {result} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    return [new Float32Array(400).fill(0.5), Array(400).fill(255), new Float32Array(400), 'x'.repeat(400)].map((data) => {
      try {
        return recognizer.read({width: 10, height: 10, data});
      } catch ({name, message}) {
        return `${name}: ${message}`;
      }
    });
  });
  const expected = 'NumeralError: picture: expected bytes, 0 to 255, in a Uint8ClampedArray or Uint8Array, found';
  assert.deepEqual(result, [
    `${expected} a Float32Array`, `${expected} an Array`, `${expected} a Float32Array`, `${expected} a String`,
  ]);
});

test('a JPEG file is looked at to its end, however long it is, others at their start', async () => {
  const {result} = await inPage(async () => {
    const recognizer = await Recognizer.load();
    const segment = (marker, length) => {
      const bytes = new Uint8Array(length + 2);
      bytes.set([0xff, marker, length >> 8, length & 255]);
      return bytes;
    };
    const start = [Uint8Array.of(0xff, 0xd8), segment(0xe1, 16), Uint8Array.of(
        0xff, 0xc0, 0, 11, 8, 0, 30, 0, 40, 1, 1, 0x11, 0)];
    /** Five megabytes of comments. */
    const filling = () => Array.from({length: 80}, () => segment(0xfe, 65535));
    const scans = (count) => Array.from({length: count}, () => segment(0xda, 8));
    const end = Uint8Array.of(0xff, 0xd9);
    const inspect = async (...parts) => {
      const found = await recognizer.inspect(new Blob([...parts.flat(), end]));
      return [found.width, found.height, found.isTooLarge, found.isEndless];
    };
    /** How many chunks of a GIF of nine megabytes are read. */
    const piecesOfOther = async () => {
      const file = new Blob([new TextEncoder().encode('GIF89a'), new Uint8Array(9 << 20)]);
      let pieces = 0;
      file.slice = (...range) => {
        ++pieces;
        return Blob.prototype.slice.apply(file, range);
      };
      await recognizer.inspect(file);
      return pieces;
    };
    return {
      ofOther: await piecesOfOther(),
      few: await inspect(start, scans(24), filling(), scans(24)),
      // No single chunk has too many scans.
      spread: await inspect(start, scans(30), filling(), scans(30)),
      atItsEnd: await inspect(start, scans(1), filling(), filling(), scans(60)),
      // The count starts anew with each file.
      fewAgain: await inspect(start, scans(40)),
      fewOnceMore: await inspect(start, scans(40)),
    };
  });
  const usual = [40, 30, false, false], endless = [40, 30, false, true];
  assert.deepEqual(result, {ofOther: 1, few: usual, spread: endless, atItsEnd: endless, fewAgain: usual,
    fewOnceMore: usual});
});

test('another model, checked against the card beside it', async () => {
  const model = await readFile(join(siteFolder, 'digits.ort'));
  const card = await readFile(join(siteFolder, 'digits.json'));
  const altered = Buffer.from(model);
  altered[1000] ^= 1;
  const {page, close} = await open(browser, `${server.url}page/style.css`, {
    setUp: async (page) => {
      await page.route('**/mine.ort', (route) => route.fulfill({body: model}));
      await page.route('**/mine.json', (route) => route.fulfill({body: card}));
      await page.route('**/theirs.ort', (route) => route.fulfill({body: altered}));
      await page.route('**/theirs.json', (route) => route.fulfill({body: card}));
    },
  });
  const load = (model) => page.evaluate(async (model) => {
    const {Recognizer} = await import('/numeral.js');
    try {
      return (await Recognizer.load({model, wasm: '/numeral.wasm'})).labels.length;
    } catch (error) {
      return [error.file, error.message];
    }
  }, model);
  assert.equal(await load('mine.ort'), 10);
  const [file, message] = await load('theirs.ort');
  assert.equal(file, 'theirs.ort');
  assert.match(message, /does not match its SHA-256/);
  assert.match((await load('none.ort'))[1], /^none\.json: the server answered 404/);
  assert.match((await load('mine.onnx'))[1], /^mine\.onnx: expected the URL of a model/);
  await close();
});

test('from another folder, and from what is handed over', async () => {
  const {result} = await inPage(async () => {
    const bytesOf = async (name) => (await fetch(`/${name}`)).arrayBuffer();
    const [wasm, model, card] = await Promise.all(['numeral.wasm', 'digits.ort', 'digits.json'].map(bytesOf));
    const compiled = await WebAssembly.compile(wasm);
    const json = new TextDecoder().decode(card);
    const other = model.slice(0);
    new Uint8Array(other)[1000] ^= 1;
    performance.clearResourceTimings();
    const digits = [], totals = [], failures = [];
    for (const options of [
      {wasm, model},
      {wasm: compiled, model: new Uint8Array(model)},
      {wasm: new DataView(wasm), model, card: JSON.parse(json)},
      {wasm: compiled, model, card: json},
      {wasm: compiled, model: '/digits.ort', card},
      {baseUrl: '../'},
      {baseUrl: new URL('..', location.href)},
    ]) {
      const onprogress = ({total}) => (totals[digits.length] ??= total);
      const recognizer = await Recognizer.load({...options, onprogress});
      // What was handed over may be changed afterwards.
      await recognizer.restart();
      digits.push(recognizer.recognize(one).digit);
    }
    const fetched = performance.getEntriesByType('resource').map(({name}) => name.split('/').pop());
    for (const options of [
      {baseUrl: 'none'}, {wasm: other}, {wasm: compiled, model: other}, {wasm: compiled, model: other, card},
      {wasm: compiled, model, card: {labels: []}}, {wasm: compiled, model, card: 'no'},
      {wasm: await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), model},
    ]) {
      failures.push(await Recognizer.load(options).then(() => 'no failure',
          ({name, message}) => `${name}: ${message}`));
    }
    return {digits, totals, fetched, failures, origin: location.origin};
  });
  assert.deepEqual(result.digits, [1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(result.totals.slice(0, 5), [0, 0, 0, 0, 0]);
  assert.deepEqual(result.fetched.sort(), ['digits.ort', 'digits.ort', 'digits.ort', 'numeral.wasm', 'numeral.wasm']);
  const [missing, ...others] = result.failures;
  assert.match(missing, new RegExp(`^NumeralError: (numeral\\.wasm|digits\\.\\w+): the server answered 404\\. It was ` +
      `looked for at ${result.origin}/page/none/\\S+\\. .*Recognizer\\.load\\(\\{baseUrl\\}\\)`));
  assert.deepEqual(others.slice(0, -1), [
    'NumeralError: numeral.wasm: the bytes in `wasm` are not those of this build.',
    'NumeralError: model: this is not the digits.ort of this build: give its card as `card`.',
    'NumeralError: model: it does not match the SHA-256 in its card.',
    'NumeralError: card: it is not a model card.',
    'NumeralError: card: it is not a model card.',
  ]);
  assert.match(others.at(-1), /^NumeralError: numeral\.wasm: it could not be started: /);
});

test('a model with other weights, in the module for any', async () => {
  const {result} = await inPage(async () => {
    const {assets, otherAssets} = await import('/assets.js');
    const bytesOf = async (name) => (await fetch(`/${name}`)).arrayBuffer();
    const names = ['digits.ort', 'digits.json', 'numeral.wasm', 'numeral-models.wasm'];
    const [model, json, ownWasm, anyWasm] = await Promise.all(names.map(bytesOf));
    const ownModule = await WebAssembly.compile(ownWasm);
    const other = new Uint8Array(model.slice(0));
    // Each float's last byte but two: its weights are others in the fourth place.
    const middle = Math.floor(other.length / 8) * 4;
    for (let i = middle; i < middle + 4000; i += 4) other[i + 1] ^= 32;
    const card = JSON.parse(new TextDecoder().decode(json));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', other));
    card.sha256.ort = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');

    /** All that a recogniser says, and which files it asked for. */
    const answerOf = async (options) => {
      performance.clearResourceTimings();
      let total;
      const recognizer = await Recognizer.load({onprogress: (step) => (total ??= step.total), ...options});
      const fetched = performance.getEntriesByType('resource').map(({name}) => name.split('/').pop()).sort();
      const {digit, probabilities, input} = recognizer.recognize(one);
      const layers = recognizer.inspectLayers(input).map(({values}) => [...values]);
      recognizer.teach({input}, 7);
      const taught = recognizer.recognize(one).digit;
      recognizer.forget();
      const forgotten = recognizer.recognize(one).digit;
      await recognizer.restart();
      const restarted = recognizer.recognize(one).digit;
      return {total, fetched, probabilities: [...probabilities], layers, digits: [digit, taught, forgotten, restarted]};
    };
    const failureOf = (options) => Recognizer.load(options).then(() => 'no failure', ({message}) => message);
    return {
      bytes: {own: assets['numeral.wasm'].bytes + assets['digits.ort'].bytes, any: otherAssets['numeral-models.wasm'].bytes},
      own: await answerOf({}),
      ownInAny: await answerOf({wasm: await WebAssembly.compile(anyWasm), model}),
      others: await Promise.all([{}, {wasm: '/numeral-models.wasm'}, {wasm: anyWasm}].map(
          (options) => answerOf({...options, model: other, card}))),
      failures: await Promise.all([{wasm: '/numeral.wasm'}, {wasm: ownWasm}, {wasm: ownModule}].map(
          (options) => failureOf({...options, model: other, card}))),
    };
  });
  const {own, ownInAny, others, bytes} = result;
  assert.deepEqual(own.fetched, ['digits.ort', 'numeral.wasm']);
  assert.equal(own.total, bytes.own);
  assert.equal(others[0].total, bytes.any);
  for (const {digits} of [own, ownInAny, ...others]) assert.deepEqual(digits, [1, 7, 1, 1]);
  // The model that is loaded when the module is linked is the same to the last bit.
  assert.deepEqual(ownInAny.probabilities, own.probabilities);
  assert.deepEqual(ownInAny.layers, own.layers);
  for (const {probabilities} of others) {
    assert.deepEqual(probabilities, others[0].probabilities);
    assert.notDeepEqual(probabilities, own.probabilities);
  }
  const [ofUrl, ofBytes, ofModule] = result.failures;
  assert.match(ofUrl, /^numeral-models\.wasm: it does not match its SHA-256/);
  assert.equal(ofBytes, 'numeral-models.wasm: the bytes in `wasm` are not those of this build.');
  assert.equal(ofModule,
      'numeral.wasm runs only the digits.ort of its build: another model needs numeral-models.wasm');
});

test('cards with wrong entries, each named', async () => {
  const {result} = await inPage(async () => {
    const [model, json] = await Promise.all([
      fetch('/digits.ort').then((response) => response.arrayBuffer()),
      fetch('/digits.json').then((response) => response.text()),
    ]);
    const failureWith = (change) => {
      const card = JSON.parse(json);
      change(card);
      return Recognizer.load({model, card}).then(() => 'no failure', ({message}) => message);
    };
    return Promise.all([
      (card) => delete card.metrics,
      (card) => delete card.labels,
      (card) => (card.labels = '0123456789'),
      (card) => (card.labels[3] = 3),
      (card) => (card.labels[3] = '2'),
      (card) => (card.labels[3] = 'a\0b'),
      (card) => card.labels.pop(),
      (card) => (card.temperature = 0),
      (card) => (card.temperature = null),
      (card) => (card.accept_threshold = true),
      (card) => (card.sha256.onnx = 'abc'),
      (card) => (card.input.framing = 'portrait'),
      (card) => card.output.shape.push(1),
      (card) => (card.output = 'none'),
      (card) => {
        card['sha256/onnx'] = card.sha256.onnx;
        delete card.sha256.onnx;
      },
    ].map(failureWith));
  });
  const output = (classes) => 'model card: expected /output to be {"meaning":"the probability of each label",' +
      `"name":"probabilities","shape":["N",${classes}],"type":"float32"}`;
  assert.deepEqual(result, [
    'no failure',
    'model card: there is no entry /labels',
    'model card: expected /labels to be a list of strings',
    'model card: expected /labels to be a list of strings',
    "model card: expected /labels to be different labels, found '2' as label 3 and as label 4",
    'model card: expected /labels to be text without control characters or outer spaces for label 4, found other',
    output(9),
    'model card: expected /temperature to be more than 0',
    'model card: expected /temperature to be a number',
    'model card: expected /accept_threshold to be a number',
    'model card: expected /sha256/onnx to be 64 lower-case hexadecimal digits',
    'model card: expected /input/framing to be "ink" or "whole"',
    output(10),
    output(10),
    'model card: there is no entry /sha256/onnx',
  ]);
});

test('from another host', async (t) => {
  const other = await serve(siteFolder, {headers: {'Access-Control-Allow-Origin': '*'}});
  t.after(() => other.close());
  const {result} = await inPage(async (url) => {
    const {Recognizer} = await import(`${url}numeral.js`);
    return (await Recognizer.load()).recognize(one).digit;
  }, other.url);
  assert.equal(result, 1);
});

test('how far loading is', async (t) => {
  const {assets} = await import(pathToFileURL(join(siteFolder, 'assets.js')));
  const expected = Object.values(assets).reduce((sum, {bytes}) => sum + bytes, 0);
  const {page, close} = await open(browser, `${server.url}page/style.css`);
  const load = (options) => page.evaluate(async (options) => {
    const {Recognizer} = await import('/numeral.js');
    const steps = [];
    const onprogress = (step) => steps.push(step);
    const failure = await Recognizer.load({...options, onprogress})
        .then(() => null, ({message, retriable}) => ({message, retriable}));
    return {steps, failure};
  }, options);

  const {steps} = await load();
  assert.deepEqual(steps[0], {loaded: 0, total: expected});
  assert.deepEqual(steps.at(-1), {loaded: expected, total: expected});
  assert.equal(steps.length, 3);
  steps.forEach(({loaded}, i) => assert.ok(i === 0 || loaded > steps[i - 1].loaded));

  let asked = 0;
  await page.route('**/numeral.wasm', (route) =>
    ++asked === 1 ? route.fulfill({body: 'something else'}) : route.continue());
  const again = await load();
  assert.equal(again.failure, null);
  assert.deepEqual(again.steps.at(-1), {loaded: expected, total: expected});

  t.after(() => delete server.faults['digits.ort']);
  for (const fault of ['missing', 'cut', 'altered']) {
    server.faults['digits.ort'] = fault;
    const {failure} = await load();
    assert.match(failure.message, /^digits\.ort: /);
    assert.ok(failure.retriable, fault);
  }
  const own = await load({model: '/digits.ort'});
  assert.equal(own.steps[0].total, assets['numeral.wasm'].bytes);
  await close();
});

test('a fault in what hears of the progress does not disturb loading', async () => {
  const {result} = await inPage(async () => {
    addEventListener('error', (event) => event.preventDefault());
    const onprogress = () => {
      throw new Error('no progress');
    };
    return (await Recognizer.load({onprogress})).recognize(one).digit;
  });
  assert.equal(result, 1);
});

test('in a worker', async () => {
  const {result} = await inPage(async () => {
    const code = `
      import {Recognizer} from '${new URL('/numeral.js', location.href)}';
      const recognizer = await Recognizer.load();
      onmessage = ({data}) => postMessage(recognizer.recognize(data).digit);
      postMessage('ready');`;
    const url = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
    const worker = new Worker(url, {type: 'module'});
    const next = () => new Promise((resolve, reject) => {
      worker.onmessage = ({data}) => resolve(data);
      worker.onerror = reject;
    });
    await next();
    worker.postMessage(one);
    return next();
  });
  assert.equal(result, 1);
});

// Numeral's recogniser for any web page or worker: what is drawn in an ImageData, as a digit.
//
//   import {Recognizer} from './numeral.js';
//   const recognizer = await Recognizer.load();
//   const answer = recognizer.recognize(context.getImageData(0, 0, 280, 280));
//
// Types and what each of them means: numeral.d.ts.

import {assets, card as ownCard} from './assets.js';
import {
  absolute, copyOfBytes, download, locate, matches, nameOf, NumeralError,
} from './download.js';
import {PhotoCleaner} from './photo-cleaner.js';
import {anyModel, checkBytes, ownModel, rowsOf, WasmModule} from './wasm-module.js';

export {NumeralError};

/** What numeral_recognize and numeral_read return. */
const RECOGNIZED = 0, BLANK = 1;

/** Values of the picture that the network sees: 28 x 28. */
const INPUT_VALUES = 28 * 28;

/** The model that was built with this page, in words that bundlers understand: they carry it along. */
const MODEL = 'digits.ort';
const besideThis = () => new URL('./digits.ort', import.meta.url);

const DISPOSED = 'The recogniser has been disposed of. Load another one.';

export class Recognizer {
  /** What the classes stand for: `labels[answer.digit]`. */
  labels;

  #module;
  /** @type {{card: object, model: Uint8Array}} */
  #files;
  /** The C++ side of it. */
  #handle = 0;
  #isDisposed = false;
  /** The model's parameters by their names, once somebody looks inside. */
  #parameters = new Map();
  /** @type {import('./numeral.js').Lesson[]} What it was taught. */
  #lessons = [];
  /** Whether the C++ side takes lessons by now. */
  #isTeachable = false;
  /** Whether it has the model's layers by now. */
  #isInspectable = false;
  /** @type {?Promise<void>} The start that is under way after a fault. */
  #restart = null;

  static async load({model, card, wasm, baseUrl, lessons = [], onprogress} = {}) {
    if (!Array.isArray(lessons)) throw new NumeralError('lessons: expected an array, as `lessons` gives it');
    const files = model ? await otherModel(model, card) : {card: ownCard};
    const source = files.card.sha256.ort === ownCard.sha256.ort ? ownModel : anyModel;
    const onloaded = tally([
      ...wasm && !isUrl(wasm) ? [] : [[source.file, source.asset.bytes]],
      ...model ? [] : [[MODEL, assets[MODEL].bytes]],
    ], onprogress);
    const recognizer = new Recognizer();
    const [module, bytes] = await Promise.all([
      WasmModule.load({source, wasm, baseUrl, onloaded}),
      files.model ?? downloadOurs(baseUrl, onloaded),
    ]);
    recognizer.#module = module;
    recognizer.#files = {card: files.card, model: bytes};
    recognizer.#create();
    recognizer.labels = [...recognizer.#files.card.labels];
    for (const lesson of lessons) recognizer.teach(lesson, lesson?.label);
    return recognizer;
  }

  recognize(image, {announce = false} = {}) {
    const reading = this.#read('_numeral_recognize', image, {announce});
    if (!reading) return null;
    const {box, ...answer} = reading.digits[0];
    return {...answer, milliseconds: reading.milliseconds};
  }

  read(image, options = {}) {
    return image.original ? this.#readClean(image, options) :
        this.#read('_numeral_read', image, options);
  }

  readStrokes(strokes, options = {}) {
    const {points, counts} = flatten(strokes);
    const {penWidth = 0, picture} = options;
    if (!(penWidth >= 0 && penWidth < Infinity))
      throw new NumeralError(`penWidth: expected a number above 0, found ${penWidth}`);
    const read = (instance, pixels, width, height) =>
      this.#module.withBytes(bytesUnder(points), (pointer) =>
        this.#module.withBytes(bytesUnder(counts), (lengths) => instance._numeral_read_strokes(
            this.#handle, pointer, lengths, counts.length, penWidth, pixels, width, height)));
    if (!picture) return this.#reading(options, (instance) => read(instance, 0, 0, 0));
    const {width, height} = picture;
    const data = rowsOf(picture, 0, height);
    return this.#reading(options, (instance) =>
      this.#module.withBytes(data, (pixels) => read(instance, pixels, width, height)));
  }

  inspectLayers(input) {
    const model = this.#isInspectable ? new Uint8Array() : this.#files.model;
    const bytes = inputBytes(input);
    return this.#module.run((instance) => {
      const text = this.#module.withBytes(model, (pointer) => this.#module.withBytes(bytes,
          (values) => instance._numeral_inspect_layers(this.#handle, pointer, model.length, values)));
      if (!text) this.#module.throwLastError();
      const tensor = ({shape, values: [pointer, count]}) =>
        ({shape, values: floatsAt(instance, pointer, count)});
      const {layers, parameters} = JSON.parse(instance.UTF8ToString(text));
      if (!this.#isInspectable)
        for (const [name, found] of Object.entries(parameters)) this.#parameters.set(name, tensor(found));
      this.#isInspectable = true;
      return layers.map((layer) => {
        const [, weights, bias] = layer.inputs.map((name) => this.#parameters.get(name));
        return {...layer, ...tensor(layer), weights, bias};
      });
    });
  }

  occlude(input, digit, {patch = 5} = {}) {
    const bytes = inputBytes(input);
    if (!this.labels[digit]) throw new NumeralError(`digit: expected an index of labels, found ${digit}`);
    if (!isCount(patch, 1)) throw new NumeralError(`patch: expected a whole number from 1 on, found ${patch}`);
    return this.#module.run((instance) => {
      const map = this.#module.withBytes(bytes,
          (values) => instance._numeral_occlude(this.#handle, values, digit, patch));
      if (!map) this.#module.throwLastError();
      return floatsAt(instance, map, INPUT_VALUES);
    });
  }

  get lessons() {
    return this.#lessons.map(({label, input}) => ({label, input: input.slice()}));
  }

  teach(digit, label) {
    const lesson = {label: String(label), input: inputOf(digit?.input)};
    const index = this.labels.indexOf(lesson.label);
    if (index < 0) {
      throw new NumeralError(
          `label: expected one of ${this.labels.join(', ')}, found ${lesson.label}`);
    }
    this.#teach(lesson.input, index);
    // As in the module, the label of an input that was taught before is replaced.
    const isOther = ({input}) => input.some((value, i) => value !== lesson.input[i]);
    this.#lessons = [...this.#lessons.filter(isOther), lesson];
  }

  forget() {
    this.#module.run((instance) => instance._numeral_end_lessons(this.#handle));
    this.#isTeachable = false;
    this.#lessons = [];
  }

  async inspect(file) {
    return new PhotoCleaner(this.#module).inspect(file);
  }

  clean(photo) {
    return new PhotoCleaner(this.#module).clean(photo);
  }

  async restart() {
    if (this.#isDisposed) throw new NumeralError(DISPOSED);
    this.#restart ??= this.#module.start(() => {
      // It may have been disposed of meanwhile.
      if (this.#isDisposed) this.#module.stop(DISPOSED);
      else this.#create();
    }).finally(() => (this.#restart = null));
    await this.#restart;
  }

  dispose() {
    this.#isDisposed = true;
    // After a fault there is nothing left to be freed.
    if (this.#module.isRunning)
      this.#module.run((instance) => instance._numeral_destroy(this.#handle));
    this.#module.stop(DISPOSED);
  }

  /** Hands the model to the module, which makes a recogniser of it. */
  #create() {
    const {card, model} = this.#files;
    this.#handle = this.#module.run((instance) => {
      for (const {path, kind, text, number} of entriesOf(card)) {
        this.#module.withBytes(path, (name) => this.#module.withBytes(text, (value) =>
          instance._numeral_add_card_entry(name, path.length, kind, value, text.length, number)));
      }
      return this.#module.withBytes(model, (bytes) => instance._numeral_create(bytes, model.length));
    });
    if (!this.#handle) this.#module.throwLastError();
    this.#isTeachable = this.#isInspectable = false;
    for (const {input, label} of this.#lessons) this.#teach(input, this.labels.indexOf(label));
  }

  /** Has the module learn it. @param {Float32Array} input @param {number} label its index */
  #teach(input, label) {
    const {model} = this.#files;
    this.#module.run((instance) => {
      this.#isTeachable ||= this.#module.withBytes(model,
          (bytes) => Boolean(instance._numeral_begin_lessons(this.#handle, bytes, model.length)));
      const isTaught = this.#isTeachable && this.#module.withBytes(bytesUnder(input),
          (values) => instance._numeral_teach(this.#handle, values, label));
      if (!isTaught) this.#module.throwLastError();
    });
  }

  /**
   * Hands a picture to one of the module's functions.
   * @param {string} name of the function
   * @returns {?import('./numeral.js').Reading}
   */
  #read(name, picture, options) {
    const {width, height} = picture;
    const data = rowsOf(picture, 0, height);
    return this.#reading(options, (instance) => this.#module.withBytes(data,
        (pixels) => instance[name](this.#handle, pixels, width, height)));
  }

  /** @param {import('./numeral.js').CleanPicture} picture */
  #readClean(picture, options) {
    const {width, height, original, isComplete} = picture;
    const data = rowsOf(picture, 0, height);
    checkBytes(original, width, height);
    return this.#reading(options, (instance) => this.#module.withBytes(data,
        (clean) => this.#module.withBytes(original, (pixels) => instance._numeral_read_clean(
            this.#handle, clean, pixels, width, height, isComplete))));
  }

  /**
   * Has the module read something.
   * @param {import('./numeral.js').ReadOptions} options
   * @param {(instance) => number} read returns how that went
   * @returns {?import('./numeral.js').Reading}
   */
  #reading(options, read) {
    const handle = this.#handle;
    const {announce = false, alternatives = 0, signs = false, numbers = false} = options;
    const [shortest, longest] = lengthsOf(options.length);
    const among = utf8(amongOf(options.among));
    if (!isCount(alternatives))
      throw new NumeralError(`alternatives: expected a whole number, found ${alternatives}`);
    return this.#module.run((instance) => {
      const isPossible = this.#module.withBytes(among, (texts) => instance._numeral_set_options(
          handle, alternatives, shortest, longest, texts, among.length, signs, numbers));
      if (!isPossible) this.#module.throwLastError();
      const started = performance.now();
      const status = read(instance);
      const milliseconds = performance.now() - started;
      if (status === BLANK) return null;
      if (status !== RECOGNIZED) this.#module.throwLastError();

      if (announce) instance._numeral_announce(handle);
      const lines = Array.from({length: instance._numeral_line_count(handle)},
          (_, line) => lineOf(instance, handle, line));
      return {
        text: lines.map(({text}) => text).join('\n'),
        confidence: instance._numeral_reading_confidence(handle),
        accepted: Boolean(instance._numeral_reading_accepted(handle)),
        turned: instance._numeral_reading_turned(handle),
        lines,
        digits: lines.flatMap(({digits}) => digits),
        ...(alternatives && {alternatives: alternativesOf(instance, handle)}),
        milliseconds,
      };
    });
  }
}

/** @returns {import('./numeral.js').Alternative[]} those of what was read latest */
function alternativesOf(instance, handle) {
  return Array.from({length: instance._numeral_alternative_count(handle)}, (_, index) => ({
    text: instance.UTF8ToString(instance._numeral_alternative_text(handle, index)),
    confidence: instance._numeral_alternative_confidence(handle, index),
  }));
}

/** Whether it is a whole number that the module takes. */
const isCount = (value, min = 0) => Number.isInteger(value) && value >= min && value < 2 ** 31;

/**
 * The fewest and the most digits of a row; the latter is 0 where there may be any number.
 * @param {number|[number, number]} [length]
 */
function lengthsOf(length) {
  if (length === undefined) return [1, 0];
  const lengths = Array.isArray(length) ? length : [length, length];
  if (lengths.length !== 2 || !lengths.every((each) => isCount(each, 1))) {
    throw new NumeralError('length: expected a whole number from 1 on, or two of them, found ' +
        JSON.stringify(length));
  }
  return lengths;
}

/** The texts that are possible, one a line. @param {string[]} [among] */
function amongOf(among = []) {
  const isText = (text) => typeof text === 'string' && text !== '' && !text.includes('\n');
  if (Array.isArray(among) && among.every(isText)) return among.join('\n');
  throw new NumeralError(`among: expected texts, found ${JSON.stringify(among)}`);
}

/**
 * Strokes as the module takes them: x, y, pressure and width of each point, and how many points each
 * stroke has.
 * @param {import('./numeral.js').Stroke[]} strokes
 */
function flatten(strokes) {
  if (!Array.isArray(strokes) || !strokes.every(Array.isArray))
    throw new NumeralError('strokes: expected an array of arrays of points');
  const points = new Float32Array(strokes.flat().flatMap((point) => {
    const {x, y, pressure = 0.5, width = 0} = point ?? {};
    if ([x, y, pressure, width].every(Number.isFinite)) return [x, y, pressure, width];
    throw new NumeralError('strokes: expected points with finite numbers as x, y, and maybe ' +
        `pressure and width, found ${JSON.stringify(point)}`);
  }));
  return {points, counts: new Int32Array(strokes.map(({length}) => length))};
}

/** A copy of a network's input that somebody gave. @param {ArrayLike<number>} input */
function inputOf(input) {
  const values = Array.from(input ?? []);
  const wrong = values.findIndex((value) => !(typeof value === 'number' && value >= 0 && value <= 1));
  if (values.length === INPUT_VALUES && wrong < 0) return Float32Array.from(values);
  throw new NumeralError(`input: expected ${INPUT_VALUES} numbers from 0 to 1, as a reading's digits have them, ` +
      `found ${wrong < 0 ? values.length : values[wrong]}`);
}

/** Its bytes. @param {ArrayLike<number>} input */
const inputBytes = (input) => bytesUnder(inputOf(input));

/** A copy of numbers in the module's memory. @returns {Float32Array} */
const floatsAt = ({HEAPF32}, pointer, count) => HEAPF32.slice(pointer / 4, pointer / 4 + count);

/** @param {Float32Array|Int32Array} numbers */
const bytesUnder = ({buffer}) => new Uint8Array(buffer);

/**
 * One line of what was read latest.
 * @returns {import('./numeral.js').Line}
 */
function lineOf(instance, handle, line) {
  return {
    text: instance.UTF8ToString(instance._numeral_line_text(handle, line)),
    numbers: instance.UTF8ToString(instance._numeral_line_numbers(handle, line)).split('\n'),
    confidence: instance._numeral_line_confidence(handle, line),
    accepted: Boolean(instance._numeral_line_accepted(handle, line)),
    digits: Array.from({length: instance._numeral_digit_count(handle, line)},
        (_, digit) => digitOf(instance, handle, line, digit)),
  };
}

/**
 * One digit of a line.
 * @returns {import('./numeral.js').PlacedDigit}
 */
function digitOf(instance, handle, line, digit) {
  const box = instance._numeral_box(handle, line, digit) / 4;
  const [left, top, right, bottom] = instance.HEAP32.subarray(box, box + 4);
  return {
    digit: instance._numeral_digit(handle, line, digit),
    confidence: instance._numeral_confidence(handle, line, digit),
    accepted: Boolean(instance._numeral_accepted(handle, line, digit)),
    probabilities: floatsAt(instance, instance._numeral_probabilities(handle, line, digit),
        instance._numeral_class_count(handle)),
    input: floatsAt(instance, instance._numeral_input(handle, line, digit), INPUT_VALUES),
    box: {x: left, y: top, width: right - left, height: bottom - top},
  };
}

const isUrl = (given) => typeof given === 'string' || given.href !== undefined;

/**
 * Adds up which of these files have arrived, and reports it.
 * @param {[string, number][]} files their names and bytes
 * @returns {(file: string) => void} is to be told what has arrived
 */
function tally(files, onprogress = () => {}) {
  const sizes = new Map(files);
  const total = files.reduce((sum, [, bytes]) => sum + bytes, 0);
  let loaded = 0;
  const onloaded = (file) => {
    loaded += sizes.get(file) ?? 0;
    const progress = {loaded, total};
    // Later, so that a fault in there ends no download.
    queueMicrotask(() => onprogress(progress));
  };
  onloaded();
  return onloaded;
}

/** @param {Response} response */
const bytesOf = async (response) => new Uint8Array(await response.arrayBuffer());

/** The model that was built with this page. */
async function downloadOurs(baseUrl, onloaded) {
  const {sha256} = assets[MODEL];
  const url = locate(MODEL, besideThis, baseUrl);
  const model = await bytesOf(await download(url, {sha256, file: MODEL}));
  onloaded(MODEL);
  return model;
}

/**
 * Another model, or the bytes of ours. Its card says what SHA-256 it must have.
 * @param {string|URL|ArrayBuffer|ArrayBufferView} model
 * @param {object|string|ArrayBuffer|ArrayBufferView} [card] without it, what is beside the model
 * @returns {Promise<{card: object, model: Uint8Array|Promise<Uint8Array>}>} as soon as the card is there
 */
async function otherModel(model, card) {
  const bytes = copyOfBytes(model);
  if (!bytes) return downloadOther(absolute(model), card);
  const isOurs = !card && await matches(bytes, ownCard.sha256.ort);
  if (isOurs) return {card: ownCard, model: bytes};
  if (!card)
    throw new NumeralError('this is not the digits.ort of this build: give its card as `card`.', {file: 'model'});
  const parsed = parseCard(card, 'card');
  if (!await matches(bytes, parsed.sha256.ort))
    throw new NumeralError('it does not match the SHA-256 in its card.', {file: 'model'});
  return {card: parsed, model: bytes};
}

async function downloadOther(url, card) {
  if (!/\.ort(?=$|[?#])/.test(url))
    throw new NumeralError('expected the URL of a model, ending in .ort.', {file: nameOf(url)});
  const cardUrl = url.replace(/\.ort(?=$|[?#])/, '.json');
  const parsed = card ? parseCard(card, 'card') :
      parseCard(await (await download(cardUrl)).text(), nameOf(cardUrl));
  return {card: parsed, model: download(url, {sha256: parsed.sha256.ort}).then(bytesOf)};
}

/**
 * A card that a caller gave, as an object of our own.
 * @param {object|string|ArrayBuffer|ArrayBufferView} given
 * @param {string} file what the message of a failure calls it
 */
function parseCard(given, file) {
  const bytes = copyOfBytes(given);
  try {
    const card = JSON.parse(bytes ? new TextDecoder().decode(bytes) :
        typeof given === 'string' ? given : JSON.stringify(given));
    if (/^[0-9a-f]{64}$/.test(card.sha256.ort)) return card;
  } catch {
    // Said below.
  }
  throw new NumeralError('it is not a model card.', {file});
}

/** The kinds of a card's values, as CardEntry in src/core/model_card.h counts them. */
const KINDS = [String, Number, Array, Object];

/**
 * What is in a card, or in a part of it, as the module takes it: see CardEntry there.
 * @param {object} parent @param {string} [path]
 * @returns {{path: Uint8Array, kind: number, text: Uint8Array, number: number}[]}
 */
function entriesOf(parent, path = '') {
  return Object.entries(parent).flatMap(([name, value]) => {
    const here = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const kind = KINDS.indexOf(value?.constructor);
    const [isString, isNumber, isParent] = [kind === 0, kind === 1, kind > 1];
    const text = isString ? value : JSON.stringify(value, isParent ? Object.keys(value).sort() : null);
    return [
      {path: utf8(here), kind, text: utf8(text), number: isNumber ? value : 0},
      ...isParent ? entriesOf(value, here) : [],
    ];
  });
}

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);

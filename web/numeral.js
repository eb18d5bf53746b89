// Numeral's recogniser for any web page or worker: what is drawn in an ImageData, as a digit.
//
//   import {Recognizer} from './numeral.js';
//   const recognizer = await Recognizer.load();
//   const answer = recognizer.recognize(context.getImageData(0, 0, 280, 280));
//
// Types and what each of them means: numeral.d.ts.

import {download, nameOf, NumeralError} from './download.js';
import {PhotoCleaner} from './photo-cleaner.js';
import {checkBytes, fromPage, loadAssets, rowsOf, WasmModule} from './wasm-module.js';

export {NumeralError};

/** What numeral_recognize and numeral_read return. */
const RECOGNIZED = 0, BLANK = 1;

/** Values of the picture that the network sees: 28 x 28. */
const INPUT_VALUES = 28 * 28;

/** The model that was built with this page, in words that bundlers understand: beside this module. */
const MODEL = {
  'digits.json': new URL('./digits.json', import.meta.url).href,
  'digits.ort': new URL('./digits.ort', import.meta.url).href,
};

const DISPOSED = 'The recogniser has been disposed of. Load another one.';

export class Recognizer {
  /** What the classes stand for: `labels[answer.digit]`. */
  labels;

  #module;
  /** @type {{card: Uint8Array, model: Uint8Array}} */
  #files;
  /** The C++ side of it. */
  #handle = 0;
  #isDisposed = false;
  /** @type {?Promise<void>} The start that is under way after a fault. */
  #restart = null;

  static async load({model, wasm, onprogress} = {}) {
    const assets = await loadAssets();
    const counted = model ? ['numeral.wasm'] : Object.keys(assets);
    const onloaded = tally(counted.map((file) => [file, assets[file].bytes]), onprogress);
    const recognizer = new Recognizer();
    [recognizer.#module, recognizer.#files] = await Promise.all([
      WasmModule.load({wasm, onloaded}),
      model ? downloadOther(fromPage(model)) : downloadOurs(assets, onloaded),
    ]);
    recognizer.labels = JSON.parse(new TextDecoder().decode(recognizer.#files.card)).labels;
    recognizer.#create();
    return recognizer;
  }

  recognize(image, {announce = false} = {}) {
    const reading = this.#read('_numeral_recognize', image, announce, []);
    if (!reading) return null;
    const {box, ...answer} = reading.digits[0];
    return {...answer, milliseconds: reading.milliseconds};
  }

  read(image, {announce = false, signs = false, numbers = false} = {}) {
    return image.original ? this.#readClean(image, announce, [signs, numbers]) :
        this.#read('_numeral_read', image, announce, [signs, numbers]);
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
    this.#handle = this.#module.run((instance) => this.#module.withBytes(card, (cardBytes) =>
      this.#module.withBytes(model, (modelBytes) =>
        instance._numeral_create(cardBytes, card.length, modelBytes, model.length))));
    if (!this.#handle) this.#module.throwLastError();
  }

  /**
   * Hands a picture to one of the module's functions.
   * @param {string} name of the function
   * @param {boolean[]} options its further arguments
   * @returns {?import('./numeral.js').Reading}
   */
  #read(name, picture, announce, options) {
    const {width, height} = picture;
    const data = rowsOf(picture, 0, height);
    return this.#reading(announce, (instance) => this.#module.withBytes(data,
        (pixels) => instance[name](this.#handle, pixels, width, height, ...options)));
  }

  /** @param {import('./numeral.js').CleanPicture} picture */
  #readClean(picture, announce, options) {
    const {width, height, original, isComplete} = picture;
    const data = rowsOf(picture, 0, height);
    checkBytes(original, width, height);
    return this.#reading(announce, (instance) => this.#module.withBytes(data,
        (clean) => this.#module.withBytes(original, (pixels) => instance._numeral_read_clean(
            this.#handle, clean, pixels, width, height, isComplete, ...options))));
  }

  /**
   * Has the module read something.
   * @param {(instance) => number} read returns how that went
   * @returns {?import('./numeral.js').Reading}
   */
  #reading(announce, read) {
    const handle = this.#handle;
    return this.#module.run((instance) => {
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
        milliseconds,
      };
    });
  }
}

/**
 * One line of what was read latest.
 * @returns {import('./numeral.js').Line}
 */
function lineOf(instance, handle, line) {
  return {
    text: instance.UTF8ToString(instance._numeral_line_text(handle, line)),
    numbers: instance.UTF8ToString(instance._numeral_line_numbers(handle, line)).split(' '),
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
  const floats = (pointer, count) => instance.HEAPF32.slice(pointer / 4, pointer / 4 + count);
  const box = instance._numeral_box(handle, line, digit) / 4;
  const [left, top, right, bottom] = instance.HEAP32.subarray(box, box + 4);
  return {
    digit: instance._numeral_digit(handle, line, digit),
    confidence: instance._numeral_confidence(handle, line, digit),
    accepted: Boolean(instance._numeral_accepted(handle, line, digit)),
    probabilities: floats(instance._numeral_probabilities(handle, line, digit),
        instance._numeral_class_count(handle)),
    input: floats(instance._numeral_input(handle, line, digit), INPUT_VALUES),
    box: {x: left, y: top, width: right - left, height: bottom - top},
  };
}

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

/** The card and the model that were built with this page. */
async function downloadOurs(assets, onloaded) {
  const [card, model] = await Promise.all(Object.entries(MODEL).map(async ([file, url]) => {
    const bytes = await bytesOf(await download(url, assets[file].sha256));
    onloaded(file);
    return bytes;
  }));
  return {card, model};
}

/** Another model: the card beside it says what SHA-256 it must have. */
async function downloadOther(url) {
  if (!/\.ort(?=$|[?#])/.test(url))
    throw new NumeralError('expected the URL of a model, ending in .ort.', {file: nameOf(url)});
  const cardUrl = url.replace(/\.ort(?=$|[?#])/, '.json');
  const card = await bytesOf(await download(cardUrl));
  let expected;
  try {
    expected = JSON.parse(new TextDecoder().decode(card)).sha256.ort;
  } catch (cause) {
    throw new NumeralError('it is not a model card.', {file: nameOf(cardUrl), cause});
  }
  return {card, model: await bytesOf(await download(url, expected))};
}
